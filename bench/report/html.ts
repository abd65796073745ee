const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML may hold it, in elements and attributes: a scenario may be called anything. */
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

/** A figure that stays beside its unit, however narrow the page. */
export const unbroken = (figure: string): string => figure.replaceAll(' ', '\u00a0');
