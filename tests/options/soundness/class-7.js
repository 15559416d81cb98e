let n=0; const p=new Proxy({}, {get(){n=1;return 1}, has(){n=2;return true}}); n=5; const x='a' in p;
export const options = {cloud: {apm: [n]}};
