export const options = { vus: 5, duration: '30s' };
export default function () {}
