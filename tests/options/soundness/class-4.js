let n=1; class K{toString(){n=3;return ''}} const k=new K(); n=1; const s=`${k}`;
export const options = {cloud: {apm: [n]}};
