/** Names the list of projects in the store of what the server said. */
export const PROJECTS_KEY = ['projects'];
