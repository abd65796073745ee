import { messagesIn, numberIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import { shown } from './paths.ts';
import type { Problems } from './problems.ts';
import { type Contents, messagesOf } from './references.ts';

const FILE = 'cgroup.img';

/** A folder has no way up, and is no way down but its own. */
const climbs = (path: string): boolean => path.split('/').some((part) => part === '..' || part === '.');

/** A file in a cgroup's folder, such as `memory.max`. criu opens it by this name, on the host, as root. */
const property = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_.]+)?$/i;

const isWithin = (path: string, own: string): boolean => path === own || path.startsWith(`${own}/`);

const verifyFolder = (folder: Message, above: string, own: string | undefined, problems: Problems): void => {
  const name = textIn(folder, 'dir_name') ?? '';
  const path = name === '' ? above : `${above}/${name}`;
  if (climbs(name)) problems.add('escape', FILE, `the folder ${shown(path)} leads upwards`);
  const properties = messagesIn(folder, 'properties');
  const outside = own !== undefined && !isWithin(path, own);
  // What leads to the container's own folder may stand there, but not to be set.
  if (outside && (properties.length > 0 || !isWithin(own, path)))
    problems.add('escape', FILE, `the folder ${shown(path)} is not the container's`);
  for (const each of properties) {
    const file = textIn(each, 'name') ?? '';
    if (!property.test(file) || file.includes('..'))
      problems.add('escape', FILE, `a folder of cgroups has no file ${shown(file)}`);
  }
  for (const child of messagesIn(folder, 'children')) verifyFolder(child, path, own, problems);
};

const verifyMember = (member: Message, own: string | undefined, problems: Problems): void => {
  const path = textIn(member, 'path') ?? '';
  if (climbs(path)) problems.add('escape', FILE, `the cgroup ${shown(path)} leads upwards`);
  else if (own !== undefined && !isWithin(path, own))
    problems.add('escape', FILE, `the cgroup ${shown(path)} is not the container's`);
  if ((numberIn(member, 'cgns_prefix') ?? 0) > Buffer.byteLength(path))
    problems.add('forged', FILE, `the root of a namespace is beyond the end of ${shown(path)}`);
};

/** criu makes cgroups and writes to their files on the host itself. `own`: the container's, if that is known. */
export const verifyCgroups = ({ images }: Contents, own: string | undefined, problems: Problems): void => {
  for (const all of messagesOf(images, FILE)) {
    const members = messagesIn(all, 'sets').flatMap((set) => messagesIn(set, 'ctls'));
    for (const member of members) verifyMember(member, own, problems);
    const folders = messagesIn(all, 'controllers').flatMap((each) => messagesIn(each, 'dirs'));
    for (const folder of folders) verifyFolder(folder, '', own, problems);
  }
};
