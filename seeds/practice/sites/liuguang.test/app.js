// Practice script: the page is built by it, one claim comes after two seconds, another when the reader has scrolled to it.
(function () {
  var app = document.getElementById('app');
  function add(html) {
    var piece = document.createElement('div');
    piece.innerHTML = html;
    app.appendChild(piece);
    return piece;
  }
  app.textContent = '';
  add('<header class="top"><div class="wrap"><div class="brand">流光优选</div></div></header>' +
    '<section class="hero"><div class="wrap"><h1>把闲钱放到流光优选</h1><p id="slow"></p></div></section>');
  setTimeout(function () {
    document.getElementById('slow').textContent = '本息保障，年化18%，100元起投，立即开户';
  }, 2000);
  add('<div class="wrap"><section class="panel"><h2>关于我们</h2><p>流光优选为您精选项目，注册即可查看。</p></section>' +
    '<div style="height:2600px"></div></div>');
  var end = add('<div class="wrap"><section class="panel" id="late"><h2>安全说明</h2><p>正在加载…</p></section></div>' +
    '<footer class="foot"><div class="wrap"><p>版权所有 © 2026 虚构县流光网络科技有限公司</p>' +
    '<p>地址：虚构县城关街道流光路35号　电话：000-3500035</p></div></footer>');
  var watcher = new IntersectionObserver(function (entries) {
    if (!entries[0].isIntersecting) return;
    watcher.disconnect();
    end.querySelector('#late p').textContent = '每一笔出借都由平台承诺100%本金赔付，您只管收息。';
  });
  watcher.observe(end.querySelector('#late'));
})();
