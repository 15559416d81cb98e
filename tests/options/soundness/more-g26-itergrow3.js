const m=new Map([['a',1]]); const it=m.values(); m.set('a',5); const b=[...it]; const it2=m.entries(); m.set('a',6); const c=[...it2];
export const options = {cloud: {apm: [b, c]}};
