export const options = eval('({ ext: { loadimpact: { apm: [] } } })');

export default function () {}
