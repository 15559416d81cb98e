let n=1; function* g(){n=2;yield 1} const it=g(); n=1; const a=[...it];
export const options = {cloud: {apm: [n]}};
