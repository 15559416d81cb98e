const a=[1]; const it=a.values(); a[0]=5; const b=[...it];
export const options = {cloud: {apm: [b]}};
