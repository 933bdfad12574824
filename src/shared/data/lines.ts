/** Type of the records, of scope `view`, that hold the points of a line stream: `x`, and `s0`, `s1`, … for its lines. */
export const LINE_DATA_TYPE = 'lines'
