/** The text of a page as it is read, without its tags. */
export const textOf = (html: string) => html.replace(/<[a-z/!][^>]*>/g, ' ').replace(/\s+/g, ' ').replaceAll('&lt;', '<'); // prettier-ignore
