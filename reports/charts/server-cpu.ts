import { sweepOf } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { describePoints, type Figure, figurePoints, figureSpec, metricsTable } from './figure.js';

const figure: Figure = {
  metric: 'serverCpuUsPerUpdate',
  scale: 1,
  axisTitle: 'server CPU per update (µs)',
  log: false,
};

export const serverCpu: Chart = {
  id: 'server-cpu',
  group: 'Server',
  name: 'CPU per update',
  question: 'What does a delivered update cost the server?',
  answer: (input) =>
    leastOf(input, {
      metric: 'serverCpuUsPerUpdate',
      scale: 1,
      unit: 'µs',
      what: 'least server CPU per delivered update',
    }),
  reading:
    'On-CPU time of the server process while the window was open, divided by the updates that arrived. On loopback the receiver’s TCP work runs partly inside the sender’s system calls, so the absolute figure is high; compare transports, not machines. User and system time are split only where the window holds enough clock ticks.',
  // Over a sweep the cost per update falls by orders of magnitude: idle costs are shared by more updates.
  spec: (input) => figureSpec(input, { ...figure, log: sweepOf(input.plan) !== null }),
  describe: (input) => `Server CPU per delivered update in µs: ${describePoints(figurePoints(input, figure))}`,
  table(input) {
    const columns = [
      ['all µs', 'serverCpuUsPerUpdate', 1],
      ['user µs', 'serverUserUsPerUpdate', 1],
      ['system µs', 'serverSystemUsPerUpdate', 1],
      ['share of a core %', 'serverCpuShare', 100],
      ['generator, share of a core %', 'generatorCpuShare', 100],
    ] as const;
    return metricsTable(input, columns);
  },
};
