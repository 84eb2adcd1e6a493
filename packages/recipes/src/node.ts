/** Folder of the pictures of recipes and guide; the server serves it. Ends in a slash. */
export const picturesDir: URL = new URL('../pictures/', import.meta.url);
