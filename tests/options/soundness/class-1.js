let n=1; class K{set v(x){n=2} get g(){n=3;return 1}} const k=new K(); n=1; k.v=5;
export const options = {cloud: {apm: [n]}};
