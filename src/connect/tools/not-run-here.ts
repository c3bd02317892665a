/** What is said of a tool that nobody has run against Crossfeed yet. */
export const notRunHere = 'This is what its documentation says; it was not run here.';
