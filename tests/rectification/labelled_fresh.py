"""A second labelled set for the rules of 纸面整改, by another hand: nothing was set by it, it only measures.

The first set (labelled.py) was there while words and limits were chosen; what it says of them is too good. The texts
here are written out as units write them, the pictures drawn with light, grain and places that look alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from tests.rectification.labelled import Paper, Pictures, Proof, Texts
from tests.rectification.pictures import saved_again

PROOFS = (
    Proof("关停无证砂场并恢复植被", "第七次专题研究记录.docx", True),
    Proof("退缴违规收取的培训费 4.2 万元", "关于退费工作的调度会照片.docx", True),
    Proof("补齐 21 份处罚案卷的调查笔录", "执法业务讲座课件.docx", True),
    Proof("清理超期未办的行政复议案件", "工作部署会发言提纲.docx", True),
    Proof("公示 2025 年行政检查计划", "公示工作协调会会议纪要.docx", True),
    Proof("支付拖欠的工程款", "化解欠款联席会议签到.docx", True),
    Proof("更正错误的权责清单", "集中学习笔记.docx", True),
    Proof("安装执法记录仪并联网", "装备使用培训通知书.docx", True),
    Proof("出台重大行政决策目录", "常务会议题审核单.docx", True),
    Proof("关停无证砂场并恢复植被", "植被恢复验收单.docx", False),
    Proof("退缴违规收取的培训费 4.2 万元", "转账凭证 21 笔.docx", False),
    Proof("补齐 21 份处罚案卷的调查笔录", "补录笔录目录及样本.docx", False),
    Proof("清理超期未办的行政复议案件", "复议案件办结清单.docx", False),
    Proof("公示 2025 年行政检查计划", "门户网站截图.docx", False),
    Proof("支付拖欠的工程款", "付款协议及发票.docx", False),
    Proof("更正错误的权责清单", "权责清单（2026 年版）.docx", False),
    Proof("开展全员轮训两期", "第二期轮训签到册.docx", False),
    Proof("建立会商制度，每季度会商一次", "一季度会商会议纪要.docx", False),
    Proof("出台重大行政决策目录", "市政府常务会议审议通过后印发的目录.docx", False),
    Proof("修订会议学习制度", "会议学习制度（修订稿）.docx", False),
)
PAPERS = (
    Paper("{other}\n关于报送执法监督自查情况的函\n市委依法治市办：{body}\n{other}\n2026 年 6 月 3 日", True),
    Paper("内部资料\n{other}关于开展涉企收费清理的实施方案\n{body}\n本方案由{other}法规科解释。", True),
    Paper("执法案卷评查表\n受评单位：{other}\n{body}\n评查人签名：\n{other}（章）", True),
    Paper("培训签到表\n主办：{other}\n{body}\n{other}人事科制", True),
    Paper("{other}党组关于落实整改的报告\n{body}\n中共{other}党组", True),
    Paper("会议纪要\n〔2026〕14 号\n{other}办公室\n{body}\n发：{other}各科室", True),
    Paper("{other}关于商请协助调取档案的函\n{own}：{body}\n{other}", False),
    Paper("关于对{own}的执法检查反馈\n{body}\n{other}", False),
    Paper("{own}、{other}关于建立协作机制的意见\n{body}", False),
    Paper("情况说明\n{body}\n特此说明。", False),
    Paper("赴{other}考察学习的报告\n{own}\n{body}", False),
    Paper("委托合同\n甲方：{own}\n乙方：{other}\n{body}", False),
    Paper("甘肃省人民政府办公厅文件\n{body}\n抄送：{other}", False),
    Paper("行政处罚决定书\n当事人：某建材公司\n{body}\n{own}", False),
)
BODY = "收到交办后，我们把去年的卷宗从库房搬出来，一份份看，缺什么补什么；补不了的写清楚原因，请分管的同志签字。" * 6

FELLED = (
    "接到反馈后，林业站的三名同志带着图斑坐标到现场走了两趟，确认 6 处采伐点里有 2 处没有办证。"
    "当事人系本村村民，砍树是为了盖牲口棚，事先问过村主任，村主任口头同意。站里对两户分别立案，罚款 1800 元，"
    "责令次年春季补种刺槐 240 株。护林员名单重新划片，每人管 3 个社，巡山记录每旬交站里一次，"
    "站长拿着记录到山上抽看，连续两次对不上的扣当月补助。"
)
TOWED = (
    "停车场收费的事，交警大队查了近两年的拖车台账，一共 412 辆，其中 37 辆的保管费超过了物价部门核定的标准。"
    "多收的钱按车主留的电话逐个联系，打不通的登报，退了 31 笔，剩下 6 笔转入财政专户。"
    "原来的停车场是 2019 年口头约定的，没有合同，这次重新招标，中标的公司每天 22 元封顶，价格贴在门口。"
    "大队的纪检委员每季度去现场问十个车主，问的结果写在黑板上。"
)
HEARD = (
    "信访局把三年内没有书面答复的来信翻出来，共 58 件，按乡镇分成六包，由班子成员各领一包。"
    "能当面说清的上门说，带着原信和政策文件，说完请来信人在回执上写一句话；说不清的请律师一起去。"
    "到上个月底答复了 51 件，其余 7 件牵扯土地权属，已经移送自然资源部门并告诉来信人找谁。"
    "今后来信在第 40 天还没有答复的，系统给分管副局长发短信。"
)
TESTED = (
    "农产品检测站去年出的 260 份报告里，有 44 份没有授权签字人的签名。查下来是签字人生了孩子，"
    "休假期间没有人顶替，检测员就直接盖章发走了。这 44 份已经全部收回，留样还在的重新检测，结果与原来一致；"
    "留样不在的 9 份，写了情况说明寄给送检的合作社。站里现在有两名授权签字人，互为备份，"
    "印章放进保险柜，钥匙和密码分开两个人拿。"
)
LEASED = (
    "国资中心名下的 23 间门面，租金最低的一间每月只收 80 元，还是 2008 年定的。我们请评估公司按现在的地段重新估价，"
    "到期的 14 间进了产权交易所公开竞租，平均涨到原来的 2.6 倍；没到期的 9 间约承租人谈话，7 户同意补签，"
    "2 户不同意，已经起诉。收上来的租金全额进国库，账目每半年在院子里的公示栏贴一回，贴的时候拍照存档。"
)


# by two hands on one matter each: the same words of the office, the same matter, and nothing taken over
HONEST = (
    (
        (
            "校车的事分两步办。先把三所民办园的 9 辆面包车停了，家长接送一个月，教育局每天早晚派人在门口看；"
            "同时向县里要了 45 万元，租两辆有手续的校车跑北塬和南川两条线。驾驶员要有三年安全记录，名单送交警队核过。"
        ),
        (
            "幼儿园接送车超员，根子是车少孩子多。镇上出面和客运公司谈，早上七点二十到八点拨一辆中巴专跑学校，"
            "票价一块，镇里贴五毛。原来的私车车主 6 人写了不再载学生的保证，派出所留底，路政在岔口设了两个月的卡。"
        ),
    ),
    (
        (
            "环卫工人高温补贴没有发，是因为外包公司说合同里没写。我们翻出招标文件，第 31 页有这一条，拿给公司看，"
            "公司补发了 86 人共 5.16 万元，工资卡流水复印了一份放在局里。以后每年七月让工会先问一遍，再付服务费。"
        ),
        (
            "高温津贴的清查由人社监察大队牵头，抽了 14 家用人单位，有 5 家按天折算少发。大队下了限期改正指令，"
            "四家当周补齐，一家拖到第二次催告，记入诚信档案，公布在人才市场的大屏上，三个月后复查没有再少发。"
        ),
    ),
    (
        (
            "红白理事会收礼金账目不公开，两个村的村民联名写了信。镇纪委把三年的礼簿借出来，与会计的本子对，"
            "差 2310 元，是会长垫付买烟没有记。钱已补记，会长公开说明。账以后写在大红纸上，事情办完第二天就贴。"
        ),
        (
            "村规民约里罚款的条款有 11 处，司法所逐村审过，全部改成劝导和公益劳动。已经罚的 4 户共 1300 元，"
            "由村委会当面退还并道歉，退款时请包村干部在场。新的村规经村民会议表决，备案号写在封面上。"
        ),
    ),
    (
        (
            "窗口不开收件凭证，是打印机坏了半年没人报。现在每个窗口贴了报修电话，办公室两小时内换备用机。"
            "凭证改成系统自动出，办事人手机同时收到短信，没有短信的可以当场投诉，投诉一次查一次监控。"
        ),
        (
            "群众反映办证要跑三趟，我们请了五个人扮成办事的去试，四个人跑了两趟以上，毛病都出在材料清单写得不清。"
            "清单由业务员和办过事的群众一起改，改一稿念一稿，念到六十岁的人听得懂为止，旧清单全部收回销毁。"
        ),
    ),
)


def text_pairs() -> Iterator[Texts]:
    """Give 5 copies and 4 pairs of one's own words on one matter; no text stands twice."""
    yield Texts(
        "换单位和数字", TOWED, TOWED.replace("交警大队", "运管所").replace("412", "198").replace("37", "12"), True
    )
    yield Texts("前后颠倒", HEARD, "。".join([*HEARD.split("。")[2:4], *HEARD.split("。")[:2]]), True)
    yield Texts("加了开头结尾", TESTED, f"按照市委的要求，我单位高度重视。{TESTED}下一步继续抓好落实。", True)
    yield Texts("大半照抄", FELLED, FELLED[: len(FELLED) * 3 // 4] + "以后由乡镇与林业站每月碰头一次，一起上山。", True)
    said = LEASED.replace("重新估价", "再估一遍").replace("公开竞租", "公开招租").replace("全额进国库", "都上缴国库")
    yield Texts("换说法", LEASED, said.replace("2 户不同意，已经起诉。", ""), True)
    phrases = "提高政治站位，压实整改责任，确保整改到位、见到实效。"
    for one, other in HONEST:
        yield Texts("各写各的", phrases + one, phrases + other, False)


def place(seed: int, *, rubbish: int = 0, moved: int = 0) -> Image.Image:
    """A yard in evening light: sky, hills, a wall with windows, grain; `rubbish` lies in it, the camera has `moved`."""
    rng = random.Random(seed)
    picture = ImageOps.colorize(Image.linear_gradient("L").resize((640, 480)), (90, 120, 180), (200, 170, 120))
    draw = ImageDraw.Draw(picture)
    far = [(x - moved // 3, 170 + rng.randrange(60)) for x in range(0, 760, 80)]
    draw.polygon([(0, 300), *far, (700, 300)], fill=(70 + rng.randrange(40), 90 + rng.randrange(40), 70))
    draw.rectangle((0, 300, 640, 480), fill=(110 + rng.randrange(40), 100, 80))
    left = 60 + rng.randrange(200) - moved
    wall = (150 + rng.randrange(80), 140 + rng.randrange(60), 120)
    draw.rectangle((left, 150, left + 260, 360), fill=wall)
    for n in range(rng.randrange(2, 5)):
        draw.rectangle((left + 20 + 60 * n, 190, left + 55 + 60 * n, 240), fill=(40, 60, rng.randrange(60, 140)))
    for _ in range(rng.randrange(3, 7)):
        x, high = rng.randrange(640) - moved, rng.randrange(60, 200)
        draw.line((x, 330 - high, x, 350), fill=(60, 45, 30), width=8)
        draw.ellipse((x - 40, 300 - high - 30, x + 40, 300 - high + 40), fill=(40, 80 + rng.randrange(60), 40))
    for _ in range(rubbish):
        x, y = rng.randrange(40, 560), rng.randrange(340, 450)
        draw.rectangle((x, y, x + rng.randrange(20, 90), y + rng.randrange(10, 40)), fill=(90, rng.randrange(90), 60))
    grain = Image.effect_noise((640, 480), 24).convert("RGB")
    return ImageChops.blend(picture.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.08)


def picture_pairs() -> Iterator[Pictures]:
    """Give 8 copies and 8 places that only look alike."""
    changes = {
        "截屏加黑边": lambda one: ImageOps.expand(one, (0, 40), "black").resize((540, 480)),
        "微信压缩": lambda one: saved_again(one, 25, 3),
        "裁掉一边": lambda one: one.crop((0, 0, 540, 480)),
        "裁去日期水印": lambda one: one.crop((0, 0, 640, 425)),
        "转成黑白": lambda one: ImageOps.grayscale(one).convert("RGB"),
        "偏暖滤镜": lambda one: ImageChops.multiply(one, Image.new("RGB", one.size, (255, 235, 205))),
        "横过来": lambda one: one.transpose(Image.Transpose.ROTATE_270),
        "四边各裁一点": lambda one: one.crop((40, 30, 610, 455)),
    }
    for n, (what, change) in enumerate(changes.items()):
        one = place(1000 + n, rubbish=n % 3)
        yield Pictures(what, one, change(one), True)
    for n in range(4):
        yield Pictures("另一个院子", place(2000 + n), place(3000 + n), False)
    for n in range(2):
        yield Pictures("清理以前和以后", place(4000 + n, rubbish=26), place(4000 + n), False)
    for n in range(2):
        yield Pictures("走开几步再拍", place(5000 + n), place(5000 + n, moved=170), False)


N_PAIRS = len(PROOFS) + len(PAPERS) + 9 + 16
