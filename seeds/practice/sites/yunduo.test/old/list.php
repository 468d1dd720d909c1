<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="generator" content="wangxun-practice">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>旧版列表</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top"><div class="wrap"><div class="brand">云朵资本</div><nav class="menu"><a href="/">首页</a><a href="/news.html">公司动态</a><a href="/vip/open.html">公开信息</a><a href="/vip/plan.html">会员专享</a></nav></div></header>
<div class="wrap"><p>旧版列表：保本理财，年化20%。</p></div>
<footer class="foot"><div class="wrap">
<p>版权所有 © 2026 虚构县云朵投资有限公司</p>
<p>辽ICP备55555555号　地址：虚构县城关街道云朵路18号　电话：000-3330018</p>
</div></footer>
<!-- 演练页面：名称、号码、人物和数字全部虚构，仅供网巡测试。Practice page: everything on it is fictitious. -->
</body>
</html>
