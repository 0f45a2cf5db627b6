//! Write results as Parquet: the tables of the CSV files with typed columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::files::theta_path;
use super::table::{Cells, Table, over_points, over_theta};
use super::whole;
use crate::disk::write_file;
use crate::error::{Error, Result};
use crate::results::Results;

/// Rows that are kept together, so that readers can take a part.
const ROWS_OF_A_GROUP: usize = 1 << 20;

/// Write the tables of results as Parquet; returns the files.
///
/// The tables, their headings and their files are those of [`csv()`](super::csv()) (`<stem>_theta` for what depends on theta).
/// Numbers are 64-bit floats, null where nothing converged; `status` is text.
///
/// # Errors
/// [`Error::File`] if a file cannot be written, [`Error::Model`] if variables do not fit their axes.
pub fn parquet(results: &Results, path: &Path) -> Result<Vec<PathBuf>> {
    let results = whole(results);
    let failed = |reason: ParquetError| Error::File {
        what: format!("cannot write {}: {reason}", path.display()),
        hint: "write CSV instead".into(),
    };
    let points = bytes(&over_points(&results)?).map_err(failed)?;
    let theta = over_theta(&results)?.map(|table| bytes(&table)).transpose().map_err(failed)?;
    write_file(path, &points)?;
    let mut files = vec![path.to_path_buf()];
    if let Some(bytes) = theta {
        let path = theta_path(path);
        write_file(&path, &bytes)?;
        files.push(path);
    }
    Ok(files)
}

fn bytes(table: &Table) -> Result<Vec<u8>, ParquetError> {
    let schema = Type::group_type_builder("results").with_fields(fields(table)?).build()?;
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::default());
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), properties)?;
    let rows = table.rows();
    for start in (0..rows).step_by(ROWS_OF_A_GROUP) {
        let rows = start..rows.min(start + ROWS_OF_A_GROUP);
        let mut group = file.next_row_group()?;
        for column in &table.columns {
            let Some(mut writer) = group.next_column()? else { break };
            match &column.cells {
                Cells::Numbers(numbers) => {
                    let numbers = &numbers[rows.clone()];
                    let present: Vec<f64> = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
                    let levels: Vec<i16> = numbers.iter().map(|x| i16::from(!x.is_nan())).collect();
                    writer.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
                }
                Cells::Texts(texts) => {
                    let texts: Vec<ByteArray> =
                        texts[rows.clone()].iter().map(|text| text.as_str().into()).collect();
                    writer.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(bytes)
}

/// The type of each column.
fn fields(table: &Table) -> Result<Vec<Arc<Type>>, ParquetError> {
    let field = |column: &super::table::Column| {
        let of = |physical| Type::primitive_type_builder(&column.heading, physical);
        let field = match column.cells {
            Cells::Numbers(_) => of(PhysicalType::DOUBLE).with_repetition(Repetition::OPTIONAL),
            Cells::Texts(_) => of(PhysicalType::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::String)),
        };
        field.build().map(Arc::new)
    };
    table.columns.iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::export::table::tests::sweep;

    #[test]
    fn the_columns_are_those_of_the_tables() {
        let folder = tempfile::tempdir().unwrap();
        let files = parquet(&sweep(), &folder.path().join("results.parquet")).unwrap();
        assert_eq!(files[1], folder.path().join("results_theta.parquet"));
        for (file, table) in
            files.iter().zip([over_points(&sweep()), over_theta(&sweep()).map(Option::unwrap)])
        {
            let table = table.unwrap();
            let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
            let mut rows = 0;
            for (at, row) in reader.get_row_iter(None).unwrap().enumerate() {
                for ((heading, field), column) in row.unwrap().get_column_iter().zip(&table.columns) {
                    assert_eq!(heading, &column.heading);
                    match (field, &column.cells) {
                        (Field::Double(x), Cells::Numbers(numbers)) => assert_eq!(*x, numbers[at]),
                        (Field::Null, Cells::Numbers(numbers)) => assert!(numbers[at].is_nan()),
                        (Field::Str(text), Cells::Texts(texts)) => assert_eq!(text, &texts[at]),
                        other => panic!("{heading}: {other:?}"),
                    }
                }
                rows += 1;
            }
            assert_eq!(rows, table.rows());
        }
    }
}
