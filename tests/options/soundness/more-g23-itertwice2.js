const it=[1,2,3].entries(); for (const x of it) break; const b=[...it]; const it2=[1,2,3].values(); for (const x of it2) { if (x==2) break; } const c=[...it2];
export const options = {cloud: {apm: [b, c]}};
