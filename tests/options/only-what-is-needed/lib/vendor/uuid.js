(function (root, factory) {
  if (typeof module === 'object' && module.exports) module.exports = factory();
  else root.uuid = factory();
})(typeof self !== 'undefined' ? self : this, function () {
  'use strict';
  return { v4: function () { return 'xxxx'.replace(/x/g, function () { return (Math.random() * 16 | 0).toString(16); }); } };
});
