/** What the exchange refuses, in simplified Chinese, by its code and what it names; its own sentences are English. */

type Say = (named: string) => string;

/** Parameters that pages ask people for. */
const PARAMETERS: Readonly<Record<string, string>> = {
  account: "账户",
  addresses: "IP 地址",
  address: "地址",
  amount: "金额",
  code: "代码",
  country: "国家或地区",
  duration: "时长",
  email: "邮箱",
  fee: "手续费",
  label: "名称",
  limitPrice: "限价",
  newPassword: "新密码",
  password: "密码",
  price: "价格",
  quantity: "数量",
  scopes: "权限",
  stopPrice: "触发价",
  tag: "标签",
  token: "令牌",
};

const parameter: Say = (name) => PARAMETERS[name] ?? `“${name}”`;

/** Beginnings of what is said, the more exact one first; what stands in brackets is named. */
export const SAID: readonly (readonly [RegExp, Say])[] = [
  [/a password has 15 to 256/, () => "密码须为 15 至 256 个字符。"],
  [/among the first that are tried/, () => "此密码太常见，请换一个。"],
  [/there is room for 64 documents/, () => "设置和画图已没有空间，请删除不再需要的。"],
  [/There are 50 alerts/, () => "价格提醒已达 50 个，请先删除一个。"],
  [/more than your verification allows/, () => "超出您的身份验证级别所允许的金额。"],
  [/asset has no price that your allowance/, () => "此资产没有价格，无法计入限额。"],
  [/does not serve people of this country/, () => "交易所不为该国家或地区的居民服务。"],
  [/The document was not taken/, () => "文件未被接受，请发送 PNG 或 JPEG 图片。"],
  [/This cannot be done now/, () => "目前无法进行此操作。"],
  [/'token' is not valid/, () => "链接或令牌无效、已使用或已过期，请重新申请。"],
  [/'challenge' is not valid/, () => "验证已过期，请重试。"],
  [/key that may withdraw names/, () => "可提现的密钥必须限定 IP 地址。"],
  [/needs a second factor of its user/, () => "此类密钥需要双重验证，请先启用。"],
  [/has (\d+) API keys/, (count) => `已有 ${count} 个 API 密钥，请先删除一个。`],
  [/has (\d+) sub-accounts/, (count) => `已有 ${count} 个子账户，不能再增加。`],
  [/another sub-account has it/, () => "另一个子账户已使用此名称。"],
  [/has (\d+) passkeys/, (count) => `已有 ${count} 个通行密钥，请先删除一个。`],
  [/in your address book already/, () => "地址簿中已有此地址。"],
  [/Your verification does not allow/, () => "您的身份验证级别不允许在此市场下单。"],
  [/This session may read, and no more/, () => "此会话只能查看：请先启用双重验证并用它登录。"],
  [/insufficient balance/, () => "可用余额不足。"],
  [/Unknown order|Order does not exist/, () => "没有这笔订单，或它已经结束。"],
  [/No orders on book|liquidity is (?:too low|less)/, () => "盘口没有可成交的订单。"],
  [/too much precision/, () => "小数位数过多。"],
  [/Too many (?:new orders|requests|attempts)/, () => "请求过多，请稍后再试。"],
  [/A report of this account/, () => "报表正在生成，请稍后再试。"],
  [/request body is too large/, () => "文件过大。"],
  [/has an open order\./, () => "账户或子账户有未完成的订单，请先撤销。"],
  [/has a balance\./, () => "账户或子账户仍有余额，请先转出或提现。"],
  [/operators are deciding about it/, () => "运营者正在处理此账户，请等待他们完成。"],
  [/withdrawal of it or a sub-account is under way/, () => "有充值或提现正在进行，请等待完成。"],
  [/total size is too small/, () => "总数量太小。"],
  [/total size is too large/, () => "总数量太大：请延长时长或减小数量。"],
  [/Reach the max open orders/, () => "此类订单数量已达上限。"],
  [/Invalid algo id/, () => "没有这笔订单，或它已经结束。"],
  [/Market orders are not supported/, () => "此市场不接受市价单。"],
  [/Invalid symbol|symbol's status/, () => "没有这个市场，或它目前不可用。"],
  [/overloaded|Internal error|unknown error/, () => "交易所暂时无法处理请求，请稍后再试。"],
  [/Timeout waiting/, () => "没有及时得到答复，状态未知。"],
  [/parameter '(\w+)'/i, (name) => `${parameter(name)}无效，请检查后重试。`],
];

/** Returns why something was refused; of what is not known here, the code, by which support knows it. */
export function zhRefusal(code: number, message: string): string {
  for (const [pattern, say] of SAID) {
    const found = pattern.exec(message);
    if (found !== null) return say(found[1] ?? "");
  }
  return code === 0 ? "交易所没有接受请求。" : `交易所没有接受请求（代码 ${code.toString()}）。`;
}
