#!/usr/bin/python3
"""Makes the posters of this folder and posters.tsv, which names what stands in them. All names are made up.

The posters are kept in the repository, so this is needed only to change them. On Debian:

    apt-get install chromium-headless-shell qrencode python3-pil fonts-noto-cjk fonts-wqy-zenhei \
        fonts-arphic-ukai fonts-arphic-uming fonts-arphic-gbsn00lp fonts-arphic-gkai00mp
    /usr/bin/python3 tests/it/vision/posters/make.py
"""
import html, os, random, subprocess, tempfile
from PIL import Image, ImageFilter

HERE = os.path.dirname(os.path.abspath(__file__))
SANS, SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"
ZENHEI, UKAI, UMING = "WenQuanYi Zen Hei", "AR PL UKai CN", "AR PL UMing CN"

# name, width, height, font, background, colours of the lines, lines (size in pixels and text), address of the code, treatment
POSTERS = [
    ("p01", 640, 960, SANS, "linear-gradient(#c8102e,#7a0019)", ["#fff", "#ffe14d"],
     [(64, "青岚财富"), (84, "保本保息"), (56, "年化收益12%"), (36, "稳赚不赔 随存随取"), (30, "扫码立即加入")],
     "http://qinglan.test/join?c=01", "plain"),
    ("p02", 750, 1000, SERIF, "#fffaf0", ["#222", "#b30000"],
     [(60, "云岭基金"), (48, "预期年化收益率15.8%"), (40, "零风险 高回报"), (30, "本金到期全额返还"), (26, "限时认购 名额仅剩88个")],
     "http://yunling.test/fund", "jpeg"),
    ("p03", 600, 400, ZENHEI, "#0b2a5b", ["#ffd700", "#fff"],
     [(52, "星河量化"), (44, "月收益8% 稳定盈利"), (30, "专家带单 跟着赚钱"), (26, "加微信 xinghe88 领取内幕消息")],
     "http://xinghe.test/wx", "plain"),
    ("p04", 640, 800, UKAI, "#fdf3d8", ["#5a2d0c", "#8b0000"],
     [(58, "禾木养老公寓"), (42, "投资床位 年返利18%"), (38, "签约即送大米食用油"), (34, "本息由集团担保"), (28, "咨询电话 400-000-0000")],
     "http://hemu.test/bed", "plain"),
    ("p05", 800, 450, SANS, "#111", ["#00e5a8", "#fff"],
     [(56, "比特矿机托管"), (46, "日收益1.2%"), (36, "7天回本 稳赚不亏"), (30, "邀请好友返佣30%")],
     "http://kuangji.test/usdt", "noise"),
    ("p06", 540, 960, SANS, "linear-gradient(135deg,#ff7a18,#af002d)", ["#fff", "#fff3b0"],
     [(56, "金穗合作社"), (48, "入股分红 年息20%"), (40, "国家扶持项目"), (34, "零风险 保收益"), (30, "老乡都在投")],
     "http://jinsui.test/rugu", "jpeg"),
    ("p07", 700, 700, UMING, "#fff", ["#c00", "#333"],
     [(54, "鼎盛理财通"), (46, "七日年化9.6%"), (40, "承诺保本 随时提现"), (30, "投资一万 月入八百")],
     "http://dingsheng.test/app", "plain"),
    ("p08", 640, 640, SANS, "#2f5d34", ["#fff", "#ffe680"],
     [(54, "绿源农业认养"), (44, "认养一头牛 年回报25%"), (36, "无风险 稳定增值"), (30, "公司承诺到期回购")],
     "http://lvyuan.test/niu", "rotate"),
    ("p09", 900, 500, SERIF, "#f4ecd8", ["#7b1113", "#333"],
     [(60, "古韵艺术品投资"), (44, "文交所上市 稳赚不赔"), (36, "年化收益超过24%"), (30, "保本协议 到期兑付")],
     "http://guyun.test/art", "noise"),
    ("p10", 640, 1136, SANS, "radial-gradient(#ffb199,#ff0844)", ["#fff", "#fff"],
     [(58, "速贷宝"), (46, "无抵押 秒到账"), (42, "黑户也能贷20万"), (36, "不看征信 百分百下款"), (30, "日息低至0.02%")],
     "http://sudai.test/apply", "jpeg"),
    ("p11", 600, 800, ZENHEI, "#ffffff", ["#0a4da2", "#d60000"],
     [(52, "海豚外汇"), (44, "月入十万不是梦"), (38, "本金百分百安全"), (34, "年化收益36%"), (28, "老师一对一带单")],
     "http://haitun.test/fx", "small"),
    ("p12", 728, 240, SANS, "#d4000f", ["#ffeb3b", "#fff"],
     [(44, "保本理财 年化13%"), (34, "零风险 秒到账 限时抢购")],
     "http://banner.test/12", "plain"),
    ("p13", 640, 900, UKAI, "linear-gradient(#1a2a6c,#b21f1f)", ["#ffe9a8", "#fff"],
     [(54, "福满堂养生"), (44, "存一万返两千"), (40, "保证收益 绝不亏损"), (34, "年化24% 按月返息"), (28, "仅限60岁以上会员")],
     "http://fumantang.test/vip", "plain"),
    ("p14", 720, 960, SERIF, "#102a43", ["#f0b429", "#fff"],
     [(58, "远航私募"), (44, "内部份额公开发售"), (40, "预期收益20%保底"), (34, "起投一千 人人可投"), (28, "扫码进群抢额度")],
     "http://yuanhang.test/pe", "noise"),
    ("p15", 640, 640, SANS, "#fff176", ["#111", "#c62828"],
     [(52, "股神战队"), (44, "推荐牛股 稳赚翻倍"), (38, "亏损全额包赔"), (32, "月均收益30%以上")],
     "http://gushen.test/qun", "jpeg"),
    ("p16", 560, 840, UMING, "#e8f5e9", ["#1b5e20", "#b71c1c"],
     [(50, "康泰消费返利"), (42, "消费多少返多少"), (38, "静态收益 日返1%"), (32, "发展下线再奖20%"), (28, "保本保息 国家认可")],
     "http://kangtai.test/fl", "plain"),
    ("p17", 1080, 720, SANS, "linear-gradient(90deg,#3a0ca3,#f72585)", ["#fff", "#fdf000"],
     [(76, "元宇宙地产"), (60, "买虚拟土地 年涨300%"), (48, "稳赚不赔 早买早赚"), (38, "官方承诺溢价回购")],
     "http://yuanyuzhou.test/land", "rotate"),
    ("p18", 600, 600, ZENHEI, "#263238", ["#80deea", "#fff"],
     [(48, "安心定投宝"), (40, "年化收益率10.5%"), (34, "保本 无风险 灵活存取"), (28, "已有三十万人加入")],
     "http://anxin.test/dt", "noise"),
    ("p19", 640, 860, SANS, "#fff", ["#e53935", "#424242"],
     [(54, "学费贷分期"), (42, "边学边赚 月入过万"), (38, "贷款包过 不还也行"), (32, "名额有限 先到先得")],
     "http://xuefei.test/dai", "blur"),
    ("p20", 750, 1100, SERIF, "linear-gradient(#fceabb,#f8b500)", ["#6d0000", "#111"],
     [(60, "红木原始股"), (48, "上市前最后一轮"), (44, "保本付息 翻三倍"), (38, "年化收益不低于30%"), (30, "县城专场 到场送礼")],
     "http://hongmu.test/gu", "jpeg"),
]


def code(address):
    made = subprocess.run(["qrencode", "-t", "SVG", "-m", "3", "-o", "-", address], capture_output=True, check=True)
    svg = made.stdout.decode()
    return svg[svg.index("<svg"):]


def page(poster):
    _, width, height, font, background, colours, lines, address, treatment = poster
    edge = 200 if min(width, height) >= 500 else min(width, height) * 7 // 10
    turn = "transform:rotate(-4deg);" if treatment == "rotate" else ""
    wide = width > height * 1.4
    rows = "".join(
        f'<div style="font-size:{size}px;color:{colours[0 if n == 0 else (n % 2)]};'
        f'font-weight:{700 if n < 2 else 400};line-height:1.45;white-space:nowrap">{html.escape(text)}</div>'
        for n, (size, text) in enumerate(lines))
    flow = "row" if wide else "column"
    return (f'<html><meta charset=utf-8><body style="margin:0;width:{width}px;height:{height}px;overflow:hidden;'
            f'background:{background};font-family:\'{font}\'"><div style="display:flex;flex-direction:{flow};'
            f'align-items:center;justify-content:space-evenly;width:100%;height:100%;text-align:center;{turn}">'
            f'<div>{rows}</div><div style="width:{edge}px;height:{edge}px;background:#fff">'
            f'{code(address).replace("<svg", "<svg style=width:100%;height:100%", 1)}</div></div></body></html>')


def shoot(poster, png):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "poster.html")
        with open(source, "w", encoding="utf-8") as file:
            file.write(page(poster))
        subprocess.run(
            ["chromium-headless-shell", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={folder}/profile", f"--window-size={poster[1]},{poster[2]}",
             f"--screenshot={png}", f"file://{source}"], check=True, capture_output=True)


def treat(poster, image):
    """What happens to pictures on their way: compression, noise, a small size, a bad lens."""
    treatment = poster[8]
    image = image.convert("RGB")
    if treatment == "noise":
        dice = random.Random(poster[0])
        image.putdata([tuple(max(0, min(255, c + dice.randint(-22, 22))) for c in pixel) for pixel in image.getdata()])
    if treatment == "small":
        image = image.resize((image.width * 6 // 10, image.height * 6 // 10), Image.LANCZOS)
    if treatment == "blur":
        image = image.filter(ImageFilter.GaussianBlur(1.1))
    return image


def save(poster, image):
    if poster[8] in ("jpeg", "noise"):
        name = poster[0] + ".jpg"
        image.save(os.path.join(HERE, name), quality=45 if poster[8] == "jpeg" else 60)
    else:
        name = poster[0] + ".webp"
        image.save(os.path.join(HERE, name), quality=70)
    return name


# The poster of the practice web, seeds/practice/sites/haibao.test.
PRACTICE = ("poster", 640, 960, SANS, "linear-gradient(#b5121b,#6e0a12)", ["#ffe14d", "#fff"],
            [(68, "泡影理财"), (80, "保本保息"), (58, "年化收益18%"), (40, "稳赚不赔 一千起投"), (32, "扫码注册领红包")],
            "http://saoma.test/", "plain")


def practice():
    site = os.path.join(HERE, "../../../../seeds/practice/sites/haibao.test/poster.webp")
    with tempfile.TemporaryDirectory() as folder:
        png = os.path.join(folder, "shot.png")
        shoot(PRACTICE, png)
        Image.open(png).convert("RGB").save(site, quality=70)


def main():
    practice()
    rows = ["# file\taddress of the code\ttreatment\ttext, lines parted by |"]
    for poster in POSTERS:
        with tempfile.TemporaryDirectory() as folder:
            png = os.path.join(folder, "shot.png")
            shoot(poster, png)
            name = save(poster, treat(poster, Image.open(png)))
        rows.append("\t".join([name, poster[7], poster[8], "|".join(text for _, text in poster[6])]))
        print(name)
    with open(os.path.join(HERE, "posters.tsv"), "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
