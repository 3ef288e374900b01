/**
 * What else the machine did while a trial was measured: CPU time stolen by the hypervisor or used by strangers,
 * tasks waiting for a core, changed clocks. Each source that a machine lacks gives null, never zero.
 *
 * Sources: /proc/stat and /proc/PID/schedstat (proc(5)), /proc/pressure (kernel Documentation/accounting/psi.rst),
 * cpufreq and thermal_throttle in /sys/devices/system/cpu (kernel Documentation/admin-guide/pm/cpufreq.rst).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { nowUs, wallClockMs } from '../../contract/clock.js';
import type { Noise } from '../model.js';

/** One tick of /proc/stat (USER_HZ is 100 on Linux whatever the kernel's own HZ). */
const tickUs = 10_000;
const cpuFolder = '/sys/devices/system/cpu';

export interface NoiseReading {
  readonly stealTicks: number | null;
  /** Time the watched cores were not idle, interrupts included. */
  readonly busyTicks: number | null;
  readonly pressureUs: number | null;
  readonly frequenciesKHz: readonly number[];
  readonly throttles: number | null;
  readonly wallClockAheadUs: number;
}

/** @param cores `taskset` lists of the cores to watch; none: all of them */
export function readNoise(cores: readonly string[]): NoiseReading {
  const stat = read('/proc/stat');
  const pressure = /^some .*total=(\d+)$/m.exec(read('/proc/pressure/cpu') ?? '')?.[1];
  return {
    stealTicks: stat === null ? null : stealTicks(stat),
    busyTicks: stat === null ? null : busyTicks(stat, cores),
    pressureUs: pressure === undefined ? null : Number(pressure),
    frequenciesKHz: perCore('cpufreq/scaling_cur_freq'),
    throttles: throttleFiles.length === 0 ? null : throttleFiles.reduce((sum, file) => sum + Number(read(file)), 0),
    wallClockAheadUs: wallClockMs() * 1000 - nowUs(),
  };
}

/** @param ownCpuUs what server and generator used between the readings; null: unknown, and so is what others used */
export function noiseBetween(before: NoiseReading, after: NoiseReading, ownCpuUs: number | null): Noise {
  const frequencies = [...before.frequenciesKHz, ...after.frequenciesKHz];
  const busyUs = difference(before.busyTicks, after.busyTicks, tickUs);
  return {
    stealUs: difference(before.stealTicks, after.stealTicks, tickUs),
    foreignCpuUs: busyUs === null || ownCpuUs === null ? null : Math.max(0, busyUs - ownCpuUs),
    pressureUs: difference(before.pressureUs, after.pressureUs, 1),
    frequencyKHz: frequencies.length === 0 ? null : [Math.min(...frequencies), Math.max(...frequencies)],
    throttles: difference(before.throttles, after.throttles, 1),
    clockStepUs: after.wallClockAheadUs - before.wallClockAheadUs,
  };
}

/** The eighth figure of a cpu line: user nice system idle iowait irq softirq steal guest guest_nice. */
function stealTicks(stat: string): number {
  return Number(/^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ')[7] ?? 0);
}

function busyTicks(stat: string, cores: readonly string[]): number {
  const lines = cores.length === 0 ? [/^cpu +(.*)$/m] : cores.map((core) => new RegExp(`^cpu${core} (.*)$`, 'm'));
  return lines
    .map((line) => (line.exec(stat)?.[1] ?? '').split(' ').map(Number))
    .reduce(
      (sum, [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0]) => sum + user + nice + system + irq + softirq,
      0,
    );
}

function perCore(file: string): number[] {
  return coreFolders
    .map((core) => Number(read(`${core}/${file}`) ?? Number.NaN))
    .filter((value) => !Number.isNaN(value));
}

const coreFolders = existsSync(cpuFolder)
  ? readdirSync(cpuFolder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => `${cpuFolder}/${name}`)
  : [];
const throttleFiles = coreFolders
  .map((core) => `${core}/thermal_throttle/core_throttle_count`)
  .filter((file) => existsSync(file));

function difference(before: number | null, after: number | null, unit: number): number | null {
  return before === null || after === null ? null : (after - before) * unit;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
