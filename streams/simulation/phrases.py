"""What customers and agents write, in English and Chinese, by what it is about."""

ASKING: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "late": ("Where is my parcel? It was promised for yesterday.", "My order is late again."),
        "defect": ("It arrived broken.", "The thing stopped working after a day."),
        "refund": ("I returned it weeks ago, where is my money?", "Still no refund."),
        "payment": ("My card was refused, but the money is gone.", "I cannot pay."),
        "question": ("Does this come in another size?", "How do I change my address?"),
        "error": ("The site shows an error when I check out.", "The app crashes."),
    },
    "zh": {
        "late": ("我的快递到哪里了?说好昨天到的。", "物流太慢了,又迟到了。"),
        "defect": ("收到的时候已经坏了。", "用了一天就不能用了,质量太差。"),
        "refund": ("退货好几周了,钱还没退。", "还是没有收到退款。"),
        "payment": ("付款失败了,但是钱扣了。", "无法支付。"),
        "question": ("请问有别的尺码吗?", "怎么修改收货地址?"),
        "error": ("结账的时候网站报错。", "软件闪退了。"),
    },
}
CHASING: dict[str, tuple[str, ...]] = {
    "en": ("Any news?", "I am still waiting.", "Is anybody there?", "This takes far too long."),
    "zh": ("有消息吗?", "我还在等。", "有人吗?", "回复太慢了。"),
}
ANSWERING: dict[str, tuple[str, ...]] = {
    "en": ("Sorry for the trouble, I am looking into it.", "Here is what we can do for you."),
    "zh": ("非常抱歉,我马上为您查询。", "您好,我们可以这样为您处理。"),
}
BACK_AGAIN: dict[str, tuple[str, ...]] = {
    "en": ("It is still not solved.", "The same problem again."),
    "zh": ("问题还是没有解决。", "又是同样的问题。"),
}
BOT: dict[str, str] = {
    "en": "Thank you for your message. A colleague will be with you.",
    "zh": "感谢您的留言,客服稍后回复。",
}
COMPLAINING: dict[str, tuple[str, ...]] = {
    "en": ("Worst service I have met, I will buy elsewhere.", "Unacceptable, nobody helps."),
    "zh": ("服务太差了,再也不来了。", "没有人解决问题,太失望了。"),
}
PRAISING: dict[str, tuple[str, ...]] = {
    "en": ("Fast delivery, friendly people.", "Very happy, will come again."),
    "zh": ("物流很快,态度很好。", "非常满意,下次还会再来。"),
}
DETAILS: dict[str, str] = {
    "en": "Here are the details you asked for.",
    "zh": "这是您需要的信息。",
}
