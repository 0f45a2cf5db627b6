// Name the shapes of what the server sends and the page keeps. Types only.

/**
 * What trajectories need of a landscape, on equidistant angles of one period from 0; ns, rad and eV.
 * @typedef {object} Dynamics
 * @property {number} moment_of_inertia eV ns²
 * @property {number} period rad
 * @property {number[]} force eV/rad, with load and tilt
 * @property {number[]} friction eV ns, electrons and environment
 * @property {number[]} diffusion eV² ns, electrons and environment
 */

/**
 * A parameter of the study.
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} text as typed
 * @property {number} value in `unit`
 * @property {string} unit "" if dimensionless
 * @property {string} default_text as the study has it
 * @property {number} minimum
 * @property {number} maximum
 * @property {boolean} logarithmic
 * @property {boolean} used
 * @property {boolean} fixed_by_formula
 * @property {string | null} [comment] what the study's file says of it
 */

/** @typedef {{ name: string, label: string, unit: string }} Quantity */

/**
 * @typedef {object} Study
 * @property {string} title
 * @property {Parameter[]} parameters
 * @property {string[]} leads
 * @property {(string | number)[]} levels
 * @property {number} period
 * @property {Geometry | null} [geometry]
 * @property {Quantity[]} [quantities]
 */

/**
 * Atoms of a scan at one angle; lengths in Å, atoms and leads counted from 0.
 * @typedef {object} Geometry
 * @property {number} angle of the rotor at these positions (rad)
 * @property {number[]} numbers atomic numbers
 * @property {number[][]} positions
 * @property {number[]} rotor the atoms that turn
 * @property {number[]} point of the axis
 * @property {number[]} direction of the axis, about which the angle is right-handed
 * @property {[number, number][]} bonds
 * @property {[number, number][]} anchors atoms, each with the lead that it touches
 */

/** @typedef {{ preset: string } | { toml: string } | { opened: true }} Source */

/** @typedef {{ study: Source, set: Record<string, string> }} Where */

/**
 * What the page shows, beside the study and its settings.
 * @typedef {object} View
 * @property {string} panel the open tab of the landscape
 * @property {string} over the parameter of the curve
 * @property {string} from
 * @property {string} to
 * @property {string} and the second parameter of a map, "" for a curve
 * @property {string} quantity
 * @property {string} rotors how many
 * @property {string} speed decimal logarithm of ns per second
 */

/** @typedef {Record<string, any>} Results what `--format json` prints */

/**
 * @typedef {object} Point
 * @property {Results | null} landscape
 * @property {Results | null} [rate] comes after the landscape
 * @property {Results | null} [sensitivity]
 * @property {Results | null} [levels]
 * @property {Dynamics | null} dynamics
 * @property {{ what: string, message: string, hint?: string | null }[]} [problems]
 */

/**
 * @typedef {object} Mistake
 * @property {string} message
 * @property {string | null} [hint]
 * @property {string | null} [parameter] whose fault it is
 * @property {{ name: string, line: number } | null} [place] in a study, or in what was set
 */

export {};
