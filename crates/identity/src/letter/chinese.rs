//! Letters in Chinese, with simplified signs.

use crate::letter::words::{Wording, Words};

pub(super) const WORDS: Words = Words {
    tag: "zh",
    phishing_code: "您的防钓鱼码：{code}",
    closing: "您的地址发生了以上情况，{product} 因此发送本邮件。我们绝不会通过邮件或电话索取您的密码、验证码或恢复码。",
    registration: Wording {
        title: "{product}：请确认您的邮箱地址",
        paragraphs: &[
            "有人使用此地址申请在 {product} 开立账户。如果是您本人，请在 24 小时内使用以下代码确认：",
            "{token}",
            "如果不是您本人，则无需任何操作：没有该代码就不会开立账户。",
        ],
    },
    already_registered: Wording {
        title: "{product}：您已有账户",
        paragraphs: &[
            "有人使用此地址申请在 {product} 开立账户，但该地址已有账户。您的账户没有任何变化。",
            "如果是您本人，请直接登录；如果忘记了密码，请申请重设密码。如果不是您本人，则无需任何操作。",
        ],
    },
    password_reset: Wording {
        title: "{product}：请设置新密码",
        paragraphs: &[
            "有人表示忘记了您在 {product} 的账户密码。如果是您本人，请在一小时内使用以下代码设置新密码：",
            "{token}",
            "如果不是您本人，则无需任何操作：您的密码保持不变。",
        ],
    },
    password_changed: Wording {
        title: "{product}：您的密码已更改",
        paragraphs: &[
            "您的账户密码已于 {time} UTC 更改，所有会话均已结束。",
            "如果不是您本人操作，请立即申请重设密码，然后检查您的会话、API 密钥和审计人：更改密码不会使密钥和审计人失效。",
        ],
    },
    factor_changed: Wording {
        title: "{product}：您的双重验证已更改",
        paragraphs: &[
            "您的账户于 {time} UTC 添加或移除了双重验证方式，所有会话均已结束。",
            "如果不是您本人操作，请立即更改密码，然后检查您的会话和 API 密钥。",
        ],
    },
    password_alone: Wording {
        title: "{product}：现在仅凭密码即可登录您的账户",
        paragraphs: &[
            "自 {time} UTC 起，您的账户无需通行密钥，仅凭密码即可登录。24 小时内无法提现。",
            "如果不是您本人操作，请立即更改密码，然后检查您的会话和 API 密钥。",
        ],
    },
    new_device: Wording {
        title: "{product}：来自新浏览器或新地点的登录",
        paragraphs: &[
            "有人使用您的密码登录了您的账户，所用的浏览器或所在的网络此前没有登录记录。",
            "时间：{time} UTC",
            "地址：{address}",
            "浏览器：{agent}",
            "如果不是您本人，请立即更改密码（这会结束所有会话），然后检查您的 API 密钥。",
        ],
    },
    recovery_code_used: Wording {
        title: "{product}：恢复码已被使用",
        paragraphs: &[
            "您的一个恢复码于 {time} UTC 代替双重验证被使用，该恢复码不再有效。",
            "如果不是您本人操作，请立即更改密码并重新设置双重验证，届时会生成新的恢复码。",
        ],
    },
    phishing_code_changed: Wording {
        title: "{product}：您的防钓鱼码已更改",
        paragraphs: &[
            "用于识别我们邮件的防钓鱼码已于 {time} UTC 设置、更改或移除。",
            "如果不是您本人操作，请立即更改密码，这会结束所有会话。",
        ],
    },
    key_created: Wording {
        title: "{product}：已创建 API 密钥",
        paragraphs: &[
            "您账户的一个 API 密钥已于 {time} UTC 创建。",
            "如果不是您本人操作，请删除该密钥并立即更改密码，这会结束所有会话。",
        ],
    },
    email_change: Wording {
        title: "{product}：请确认您的新邮箱地址",
        paragraphs: &[
            "有人希望将此地址设为其 {product} 账户的邮箱。如果是您本人，请在一小时内使用以下代码确认：",
            "{token}",
            "如果不是您本人，则无需任何操作：没有该代码就不会有任何更改。",
        ],
    },
    email_changed: Wording {
        title: "{product}：您的账户邮箱已更改",
        paragraphs: &[
            "您的账户邮箱已于 {time} UTC 更改。所有会话均已结束，24 小时内不会支付任何提现。",
            "如果不是您本人操作，请在 24 小时内使用以下代码恢复您的邮箱，并立即更改密码：",
            "{token}",
        ],
    },
    email_returned: Wording {
        title: "{product}：您的账户邮箱已恢复",
        paragraphs: &[
            "账户邮箱的更改已于 {time} UTC 撤销。所有会话均已结束，24 小时内不会支付任何提现。",
            "如果不是您本人操作，请联系我们。",
        ],
    },
    factor_reset_link: Wording {
        title: "{product}：您已丢失双重验证方式",
        paragraphs: &[
            "有人表示丢失了您在 {product} 账户的双重验证方式。如果是您本人，请在一小时内使用以下代码和您的密码申请重置：",
            "{token}",
            "如果不是您本人，则无需任何操作：您的双重验证保持不变。",
        ],
    },
    factor_reset_asked: Wording {
        title: "{product}：有人申请重置您的双重验证",
        paragraphs: &[
            "{time} UTC，有人凭您的密码和此邮箱申请移除您账户的双重验证方式和通行密钥。我们会进行审核，至少一天之后才会移除，在此期间不会支付任何提现。",
            "如果不是您本人，请使用以下代码取消，并立即更改密码：",
            "{token}",
        ],
    },
    factor_reset_approved: Wording {
        title: "{product}：您的双重验证将被移除",
        paragraphs: &[
            "{time} UTC，我们的两名工作人员同意移除您账户的双重验证方式和通行密钥，一天之后执行。",
            "如果您不希望这样，请使用我们之前邮件中的代码取消，或登录后取消。",
        ],
    },
    data_exported: Wording {
        title: "{product}：已导出您的数据",
        paragraphs: &[
            "有人于 {time} UTC 请求导出我们保存的关于您的全部数据。",
            "如果不是您本人操作，请立即更改密码，这会结束所有会话。",
        ],
    },
    address_book_changed: Wording {
        title: "{product}：您的地址簿已更改",
        paragraphs: &[
            "{time} UTC，您的提现地址簿中添加了新地址，或已允许提现至地址簿以外的地址。新地址不会立即付款。",
            "如果不是您本人操作，请移除该地址，立即更改密码（这会结束所有会话），并检查您的提现记录。",
        ],
    },
    withdrawal_asked: Wording {
        title: "{product}：有人申请提现",
        paragraphs: &[
            "{time} UTC，有人从您的账户申请提现。请登录查看金额和收款地址。",
            "如果不是您本人操作，请在等待期间登录取消，立即更改密码（这会结束所有会话），并删除您的 API 密钥。",
        ],
    },
    key_deleted: Wording {
        title: "{product}：已删除 API 密钥",
        paragraphs: &[
            "您账户的一个 API 密钥已于 {time} UTC 删除。",
            "如果不是您本人操作，请立即更改密码，这会结束所有会话。",
        ],
    },
    key_changed: Wording {
        title: "{product}：已更改 API 密钥",
        paragraphs: &[
            "您账户的一个 API 密钥的标签、地址、有效期或限额已于 {time} UTC 更改。",
            "如果不是您本人操作，请删除该密钥并立即更改密码，这会结束所有会话。",
        ],
    },
    logins_failed: Wording {
        title: "{product}：有人多次登录失败",
        paragraphs: &[
            "有人多次尝试登录您的账户但未成功。统计时间为 {time} UTC；此类邮件每天最多发送一次。",
            "您的账户没有任何变化，您仍可从以前登录过的地方登录。如果不是您本人，请确认该密码未在其他地方使用；如尚未设置双重验证，请添加。",
        ],
    },
    deposit_beyond: Wording {
        title: "{product}：充值超出您的限额",
        paragraphs: &[
            "您的账户于 {time} UTC 收到一笔超出您认证级别限额的充值。款项属于您，可以使用。",
            "请登录并申请更高的级别；在此之前，我们可能会询问资金来源。",
        ],
    },
    account_closed: Wording {
        title: "{product}：您的账户已关闭",
        paragraphs: &[
            "您的账户及其子账户已于 {time} UTC 永久关闭，所有会话和密钥均已失效。",
            "如果不是您本人操作，请立即与我们联系：订单、成交和账目仍被保留。",
        ],
    },
    audit_offered: Wording {
        title: "{product}：有人邀请您查看账户",
        paragraphs: &[
            "另一位用户于 {time} UTC 邀请您查看账户，且仅限查看。",
            "请用此邮箱登录或注册，以查看邀请人并接受邀请。如果您并未期待此邀请，无需任何操作：它会自动失效。",
        ],
    },
    auditor_invited: Wording {
        title: "{product}：您已邀请他人查看您的账户",
        paragraphs: &[
            "{time} UTC，有人从您的账户邀请另一位用户查看账户，直至您收回或到期为止。",
            "如果不是您本人操作，请立即收回并更改密码。更改密码会结束所有会话，但不会结束审计人的查看权限。",
        ],
    },
    auditor_accepted: Wording {
        title: "{product}：已有人开始查看您的账户",
        paragraphs: &[
            "您邀请的用户于 {time} UTC 接受了邀请，可以查看您的账户，但无法更改任何内容。",
            "您可以随时收回。如果邀请不是您本人发出的，请同时立即更改密码。",
        ],
    },
    account_restricted: Wording {
        title: "{product}：您的账户已受到限制",
        paragraphs: &[
            "{time} UTC，我们限制了您的一个账户可进行的操作。请登录查看：无法进行的操作会有说明。您的余额没有变化。",
            "如果您不清楚原因，请联系我们。",
        ],
    },
    account_released: Wording {
        title: "{product}：您的账户已解除限制",
        paragraphs: &["{time} UTC，我们解除了您的一个账户的限制。"],
    },
    sessions_ended: Wording {
        title: "{product}：您的会话已被结束",
        paragraphs: &[
            "{time} UTC，我们结束了您账户的所有会话。您可以重新登录；您的 API 密钥没有变化。",
            "如果您不清楚原因，请联系我们。",
        ],
    },
    balance_adjusted: Wording {
        title: "{product}：您的余额已被调整",
        paragraphs: &[
            "{time} UTC，我们增加或减少了您的一个账户的余额。账户的账目中以“调整”列出具体金额。",
            "如果您不清楚原因，请联系我们。",
        ],
    },
    fees_changed: Wording {
        title: "{product}：您的费率已更改",
        paragraphs: &["自 {time} UTC 起，您的一个账户适用新的费率。请登录查看。"],
    },
    news: Wording {
        title: "{product}：您的账户有新消息",
        paragraphs: &[
            "自上一封邮件以来：",
            "充值：{deposits}",
            "提现：{withdrawals}",
            "价格提醒：{alerts}",
            "成交：{fills}",
            "请登录查看详情，您也可以在那里选择接收哪些邮件。",
        ],
    },
};
