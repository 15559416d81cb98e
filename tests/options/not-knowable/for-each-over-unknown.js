import { hosts } from 'k6/x/hosts';

const apm = [];
hosts.all().forEach((host) => apm.push({ provider: 'prometheus', remoteWriteURL: host }));

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
