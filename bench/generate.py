#!/usr/bin/env python3
"""Made-up register for measuring: generate.py ROWS FOLDER writes units.csv (1,000 townships) and premises.csv, always the same.

Names, addresses and scopes of business are put together from common words; credit codes have right check characters. Nothing is
taken from a real register.
"""
import csv
import random
import sys

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PLACES = "东风 南湖 北港 金鹗 云梦 洞庭 巴陵 青年 建设 解放 胜利 和平 光明 幸福 新华 中心".split()
WORDS = "恒通 宏达 永盛 华强 金源 鑫旺 顺达 安泰 瑞丰 德胜 长兴 大成 祥云 利民 福临 天成 佳和 东升 万家 兴隆".split()
TRADES = "建材 商贸 餐饮 化工 机械 物流 酒店 超市 加油 装饰 食品 电器 服装 医药 汽修 烟花 印刷 家具 五金 网络".split()
SCOPE = ("销售 批发 零售 安装 维修 加工 运输 仓储 租赁 咨询 消防器材 安全设备 电气线路 建筑材料 日用百货 预包装食品 五金交电 化工产品 "
         "机械设备 道路货物 市政工程 装饰装修 农副产品 水产养殖 技术服务 广告设计 物业管理 餐饮服务 住宿服务 清洁服务").split()
CATEGORIES = "factory restaurant hotel market building_site school warehouse stall".split()


def check(code17):
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code17))
    return ALPHABET[(31 - total % 31) % 31]


def organisation(n):
    body = "%08d" % n
    total = sum(int(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2)))
    c = 11 - total % 11
    return body + ("X" if c == 10 else "0" if c == 11 else str(c))


def main():
    rows, folder = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(20260101)
    with open(folder + "/units.csv", "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(["code", "name", "kind"])
        for i in range(1000):
            out.writerow(["T%04d" % i, "测试%04d街道" % i, "subdistrict"])
    with open(folder + "/premises.csv", "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(["名称", "统一社会信用代码", "成立日期", "注册资金", "经营范围", "经营地址", "属地责任单位", "对象类别", "从业人员数"])
        for i in range(rows):
            code = "91430602" + organisation(10000000 + i)
            out.writerow([
                "岳阳市%s%s%s%s有限公司" % (rng.choice(PLACES), rng.choice(WORDS), rng.choice(WORDS), rng.choice(TRADES)),
                code + check(code),
                "%04d-%02d-%02d" % (rng.randint(1990, 2025), rng.randint(1, 12), rng.randint(1, 28)),
                "%d万元" % rng.randint(1, 5000),
                "；".join(rng.sample(SCOPE, rng.randint(3, 14))) + "。",
                "%s路%d号" % (rng.choice(PLACES), rng.randint(1, 999)),
                "T%04d" % rng.randrange(1000),
                rng.choice(CATEGORIES),
                rng.randint(1, 500),
            ])


main()
