var r=0; try { yy=5; r=1 } catch (e) { r=2 } 
exports.options = {cloud: {apm: [r, typeof yy]}};
