import type { CriuSetting } from '../../engine/model/facts.ts';
import type { Records } from '../door/records.ts';

/** runc makes criu read this file last, "to overwrite all RPC settings" (criu/cr-service.c). */
const READ_LAST = '/etc/criu/runc.conf';

/**
 * Parses the lines of criu's configuration files as criu does (parse_statement in criu/config.c, and
 * getopt_long).
 */
export const criuSettings = (records: Records): readonly CriuSetting[] =>
  records.all('criu-setting').flatMap((record) => {
    const [line = '', file = '', ...text] = record.split('\t');
    const { option, value } = settingIn(text.join('\t'));
    return option === '' ? [] : [{ file, line: Number(line), option, value, last: file === READ_LAST }];
  });

const settingIn = (text: string): { readonly option: string; readonly value: string } => {
  const [, word = '', rest = ''] = /^\s*(\S+)(.*)$/.exec(text) ?? [];
  const [name = '', ...joined] = word.split('=');
  const value = joined.length > 0 ? joined.join('=') : valueIn(rest.trim());
  return { option: name.replace(/#.*$/, '').replace(/^--/, ''), value };
};

/** Returns the text in quotes, or without quotes the text before a comment. */
const valueIn = (rest: string): string => {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  return quoted === undefined ? rest.replace(/\s*#.*$/, '') : quoted.replaceAll('\\"', '"');
};
