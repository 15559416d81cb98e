let n=1; const o={toString(){n=2;return 'a'}}; const s=`${o}`;
export const options = {cloud: {apm: [n]}};
