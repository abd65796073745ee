import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { ParkedShipment } from '../../engine/ports/link.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';
import { imagesOf } from '../keeper/directories.ts';
import { controlSocketOf, remoteName } from './ssh-master.ts';

export const parkShipment = async (source: Host, plan: Plan): Promise<ParkedShipment> => {
  const images = imagesOf(plan.sourceDirectory, 'final');
  const argv = scriptArgv('ship-images', images, controlSocketOf(plan), remoteName(plan));
  const shipper = await source.start({ argv });
  const failed = async (): Promise<Error> => {
    const { stderr } = await shipper.exit;
    // The script prints the exit code of the shipment. Its own exit code means nothing.
    const reason = 'could not send all images';
    return new CommandFailed({
      host: source.name,
      argv: ['ship-images'],
      exitCode: undefined,
      stderr,
      reason,
    });
  };
  const milestones = followMilestones(shipper, wordsOf('ship-images'), failed);
  await milestones.reached('ready');
  return {
    ship: async () => {
      shipper.write('ship\n');
      if ((await milestones.exitCode) !== 0) throw await failed();
      const { stderr } = await shipper.exit;
      return { sent: bytes(Number(/^Total bytes written: (\d+)/m.exec(stderr)?.[1] ?? 0)) };
    },
    discard: async () => {
      shipper.endInput();
      await shipper.exit;
    },
  };
};
