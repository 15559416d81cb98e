const apm = [];
for (let i = 0;
  i < Math.random() * 3; i++) {
  apm.push({ provider: 'prometheus', remoteWriteURL: `https://p${i}.example.com/w` });
}

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
