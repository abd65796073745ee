import type { CriuSetting } from '../../engine/model/facts.ts';
import type { Records } from '../door/records.ts';

/** runc has criu read this one last, "to overwrite all RPC settings" (criu/cr-service.c). */
const LAST = '/etc/criu/runc.conf';

/** What criu makes of the lines of its configuration files (parse_statement in criu/config.c, and getopt_long). */
export const criuSettings = (records: Records): readonly CriuSetting[] =>
  records.all('criu-setting').flatMap((record) => {
    const [line = '', file = '', ...text] = record.split('\t');
    const { option, value } = settingIn(text.join('\t'));
    return option === '' ? [] : [{ file, line: Number(line), option, value, last: file === LAST }];
  });

const settingIn = (text: string): { readonly option: string; readonly value: string } => {
  const [, word = '', rest = ''] = /^\s*(\S+)(.*)$/.exec(text) ?? [];
  const [name = '', ...joined] = word.split('=');
  const value = joined.length > 0 ? joined.join('=') : valueIn(rest.trim());
  return { option: name.replace(/#.*$/, '').replace(/^--/, ''), value };
};

/** In quotes, or up to a comment. */
const valueIn = (rest: string): string => {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  return quoted === undefined ? rest.replace(/\s*#.*$/, '') : quoted.replaceAll('\\"', '"');
};
