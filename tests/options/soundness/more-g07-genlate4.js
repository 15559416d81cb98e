let n=1; const it=(function*(){ n=5; yield [1,2] })(); n=2; new Map(it); 
export const options = {cloud: {apm: [n]}};
