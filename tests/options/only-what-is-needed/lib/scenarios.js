import exec from 'k6/execution';

export function makeScenarios(seed) {
  return { one: { executor: 'constant-vus', vus: Math.ceil(seed * 10), env: { ID: exec.test.options.name } } };
}
