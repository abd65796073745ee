/** One line that does nothing to a terminal: what hosts say is quoted in it, and may hold any character. */
export const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
