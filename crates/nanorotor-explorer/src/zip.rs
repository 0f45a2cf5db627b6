//! Put files into a ZIP archive as they are, without compression: tables of a study are small, and the format is short.
//!
//! After PKWARE's APPNOTE.TXT: each file behind a local header, then a directory of all, then where that begins.

/// The version of the format that is needed to read it, 2.0 for folders.
const VERSION: u16 = 20;

/// Names are in UTF-8.
const FLAGS: u16 = 1 << 11;

/// The first of January 1980, with which the calendar of the format begins: archives of the same files are the same.
const DATE: u16 = 0x21;

/// An archive of files with their names; none if it is larger than the 4 GiB of the format.
pub(crate) fn archive<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> Option<Vec<u8>> {
    let (mut bytes, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    for (name, contents) in files {
        let start = u32::try_from(bytes.len()).ok()?;
        let (size, length) = (u32::try_from(contents.len()).ok()?, u16::try_from(name.len()).ok()?);
        let mut common = Vec::new();
        // Version, flags, method 0 (stored), time, date.
        for field in [VERSION, FLAGS, 0, 0, DATE] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc32fast::hash(contents), size, size] {
            common.extend(field.to_le_bytes());
        }
        // The lengths of the name and of an extra field.
        common.extend(length.to_le_bytes());
        common.extend([0; 2]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(contents);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, on disk 0, no attributes.
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
        count = count.checked_add(1)?;
    }
    let (start, size) = (u32::try_from(bytes.len()).ok()?, u32::try_from(directory.len()).ok()?);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06");
    // This disk and that of the directory, the files on it and in all.
    for field in [0, 0, count, count] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    Some(bytes)
}
