import { describe, expect, it } from 'vitest';
import { attachmentOf } from '../../../../engine/core/docker/attachment.ts';
import type { DockerFacts, DockerNetwork } from '../../../../engine/model/docker.ts';
import { docker } from '../../../fakes/facts.ts';

const [any] = docker().networks;
const networks = (...drivers: readonly string[]): readonly DockerNetwork[] =>
  drivers.flatMap((driver) => (any === undefined ? [] : [{ ...any, driver }]));

describe('when networks are attached on the destination', () => {
  it.each<[DockerFacts['networking'], readonly string[], string, string]>([
    ['networks', ['bridge'], '20.10.24', 'restore'],
    ['networks', ['bridge'], '27.5.1', 'restore'],
    ['networks', ['bridge'], '28.0.0-rc.1', 'parking'],
    ['networks', ['bridge', 'bridge'], '29.1.0', 'parking'],
    ['none', [], '28.5.2', 'parking'],
    // Another host could reach the copy by the address of the container that still serves.
    ['networks', ['macvlan'], '28.5.2', 'cut-over'],
    ['networks', ['bridge', 'ipvlan'], '28.5.2', 'cut-over'],
    ['networks', ['overlay'], '28.5.2', 'cut-over'],
    ['networks', ['macvlan'], '27.5.1', 'restore'],
    // There is nothing to attach.
    ['host', [], '28.5.2', 'restore'],
    ['another-container', [], '28.5.2', 'restore'],
  ])('%s %j with Docker %s: %s', (networking, drivers, version, expected) => {
    expect(attachmentOf({ networking, networks: networks(...drivers) }, { version })).toBe(expected);
  });
});
