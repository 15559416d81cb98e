let n=1; class K{get g(){n=3;return 1}} const k=new K(); n=1; const y=k.g;
export const options = {cloud: {apm: [n]}};
