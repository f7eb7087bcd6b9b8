"""What can be wrong with a rule document: a code with parameters, told in Korean and English.

Every sentence says what is wrong and then what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The kinds of fault; `SENTENCES` has one pair of sentences for each."""

    NOT_YAML = "not_yaml"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    ALIAS = "alias"
    NOT_A_MAPPING = "not_a_mapping"
    NOT_A_LIST = "not_a_list"
    NOT_A_SCALAR = "not_a_scalar"
    EMPTY = "empty"
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    REPEATED_KEY = "repeated_key"
    NOT_AN_INTEGER = "not_an_integer"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DATE = "not_a_date"
    NOT_AN_ID = "not_an_id"
    NOT_A_SOURCE = "not_a_source"
    UNKNOWN_DISTRICT = "unknown_district"
    UNKNOWN_LINE = "unknown_line"
    PERIOD_BACKWARD = "period_backward"
    PERIOD_PAST = "period_past"
    BRACKET_FIRST = "bracket_first"
    BRACKET_EMPTY = "bracket_empty"
    BRACKET_OVERLAP = "bracket_overlap"
    BRACKET_GAP = "bracket_gap"
    BRACKET_AFTER_OPEN = "bracket_after_open"
    RATE_OVER_WHOLE = "rate_over_whole"
    RATE_ORDER = "rate_order"
    SHARES_SUM = "shares_sum"
    PERIODS_OVERLAP = "periods_overlap"
    VERSION_REPEATED = "version_repeated"
    LINE_REPEATED = "line_repeated"
    LINE_MISPLACED = "line_misplaced"
    NO_DOCUMENTS = "no_documents"
    EXCLUDED_AND_INCLUDED = "excluded_and_included"
    LIMITS_NOTHING = "limits_nothing"
    SHOP_MAY_NOT_PAY = "shop_may_not_pay"
    DISTRICT_NEEDED = "district_needed"
    HOURS_BACKWARD = "hours_backward"
    NOT_A_TIME = "not_a_time"
    RULES_CONTRADICT = "rules_contradict"
    STACKS_WITH_ITSELF = "stacks_with_itself"
    ONE_OF = "one_of"
    DAYS_NEEDED = "days_needed"
    LADDER_LEVEL = "ladder_level"
    LADDER_RISES = "ladder_rises"
    LADDER_END = "ladder_end"
    PRIZE_ORDER = "prize_order"
    NO_SHOP_TO_ASK = "no_shop_to_ask"
    LIMITS_OF_SHOP = "limits_of_shop"
    RELEASE_WEEKDAY = "release_weekday"
    RELEASE_MIDNIGHT = "release_midnight"
    RELEASE_NOT_WITH_PAYMENT = "release_not_with_payment"
    COUPON_AMOUNT_OR_RATE = "coupon_amount_or_rate"
    COUPON_PERCENT_WITHOUT_MAX = "coupon_percent_without_max"
    COUPON_MAX_OF_AMOUNT = "coupon_max_of_amount"
    COUPON_MORE_THAN_STOCK = "coupon_more_than_stock"
    COUPON_LIMITS_ITSELF = "coupon_limits_itself"
    COUPON_ENDS_BEFORE_CLAIMS = "coupon_ends_before_claims"
    COUPON_STOCK_BELOW_ISSUED = "coupon_stock_below_issued"


SENTENCES: dict[Fault, tuple[str, str]] = {
    Fault.NOT_YAML: (
        "YAML로 읽을 수 없습니다({problem}). 들여쓰기와 따옴표를 고쳐 쓰세요.",
        "this is not readable YAML ({problem}); mend the indentation or the quotes",
    ),
    Fault.TOO_LARGE: (
        "문서가 {size}자로 너무 큽니다. {limit}자 이하로 나누어 쓰세요.",
        "the document has {size} characters; split it into documents of at most {limit}",
    ),
    Fault.TOO_DEEP: (
        "{limit}단계보다 깊게 들여썼습니다. 규칙 문서의 형식대로 쓰세요.",
        "nested deeper than {limit} levels; write it flat, as the format of rule documents is",
    ),
    Fault.ALIAS: (
        "'*{name}' 참조는 쓸 수 없습니다. 값을 그대로 적으세요.",
        "the reference '*{name}' is not allowed; write the value itself",
    ),
    Fault.NOT_A_MAPPING: (
        "'{key}'에는 '이름: 값' 목록이 와야 합니다. 예: {example}",
        "'{key}' must be a mapping; write for example {example}",
    ),
    Fault.NOT_A_LIST: (
        "'{key}'에는 목록이 와야 합니다. 예: {example}",
        "'{key}' must be a list; write for example {example}",
    ),
    Fault.NOT_A_SCALAR: (
        "'{key}'에는 값 하나만 와야 합니다. 예: {example}",
        "'{key}' must be one value; write for example {example}",
    ),
    Fault.EMPTY: (
        "'{key}'가 비어 있습니다. 값을 적으세요. 예: {example}",
        "'{key}' is empty; write for example {example}",
    ),
    Fault.MISSING_KEY: (
        "'{key}'가 없습니다. '{key}: {example}'처럼 적으세요.",
        "'{key}' is missing; add '{key}: {example}'",
    ),
    Fault.UNKNOWN_KEY: (
        "'{key}'는 모르는 항목입니다. '{nearest}'를 쓰세요(가능한 항목: {known}).",
        "'{key}' is not known here; write '{nearest}' (known: {known})",
    ),
    Fault.REPEATED_KEY: (
        "'{key}'가 두 번 있습니다(첫 번째는 {first}행). 하나만 남기세요.",
        "'{key}' stands here twice (first on line {first}); keep one",
    ),
    Fault.NOT_AN_INTEGER: (
        "'{key}'의 '{value}'는 정수가 아닙니다. {example}처럼 단위와 쉼표 없이 적으세요.",
        "'{value}' of '{key}' is not a whole number; write it without unit or comma, as {example}",
    ),
    Fault.OUT_OF_RANGE: (
        "'{key}'의 {value}은(는) 범위를 벗어납니다. {low} 이상 {high} 이하로 적으세요.",
        "{value} of '{key}' is out of range; write a number from {low} to {high}",
    ),
    Fault.NOT_A_CHOICE: (
        "'{key}'에 '{value}'는 쓸 수 없습니다. '{nearest}'를 쓰세요(가능한 값: {known}).",
        "'{value}' is not a value of '{key}'; write '{nearest}' (known: {known})",
    ),
    Fault.NOT_A_DATE: (
        "'{key}'의 '{value}'는 쓸 수 있는 날짜가 아닙니다. "
        "2019-08-01 또는 2019-08-01T06:00으로 적으세요.",
        "'{value}' of '{key}' is not a date from 2000 to 2200; "
        "write 2019-08-01 or 2019-08-01T06:00 (Seoul time)",
    ),
    Fault.NOT_AN_ID: (
        "'{key}'의 '{value}'는 식별자가 아닙니다. "
        "'{suggestion}'처럼 영문 소문자, 숫자, '-'로 적으세요.",
        "'{value}' of '{key}' is not an id; use small letters, digits and '-', as '{suggestion}'",
    ),
    Fault.NOT_A_SOURCE: (
        "출처 '{value}'는 주소가 아닙니다. "
        "https:// 로 시작하는 주소를 적고 설명은 notes에 적으세요.",
        "the source '{value}' is not an address; write one that begins with https:// and put "
        "remarks under notes",
    ),
    Fault.UNKNOWN_DISTRICT: (
        "'{value}'는 모르는 구·군입니다. '{nearest}'를 쓰세요(이름 또는 행정구역 코드).",
        "'{value}' is not a district; write '{nearest}' (a name or an administrative code)",
    ),
    Fault.UNKNOWN_LINE: (
        "예산 항목 '{value}'이(가) 없습니다. '{nearest}'를 쓰거나 먼저 예산 항목을 만드세요.",
        "there is no budget line '{value}'; write '{nearest}' or add the line first",
    ),
    Fault.PERIOD_BACKWARD: (
        "끝({until})이 시작({start})보다 늦지 않습니다. 시작 뒤의 날짜나 open을 적으세요.",
        "the period ends ({until}) no later than it begins ({start}); write a later date or 'open'",
    ),
    Fault.PERIOD_PAST: (
        "시작 {start}은(는) 이미 지났습니다(현재 {now}). {now} 뒤의 시각을 적으세요.",
        "the period begins in the past ({start}, now it is {now}); write an instant after now",
    ),
    Fault.BRACKET_FIRST: (
        "첫 구간이 {value}원에서 시작합니다. 'from_won: 0'으로 적으세요.",
        "the first bracket begins at {value} won; write 'from_won: 0'",
    ),
    Fault.BRACKET_EMPTY: (
        "구간의 끝 {below}원이 시작 {start}원보다 크지 않습니다. "
        "'below_won: open'이나 더 큰 금액을 적으세요.",
        "the bracket ends at {below} won, not above its start {start}; "
        "write a larger amount or 'below_won: open'",
    ),
    Fault.BRACKET_OVERLAP: (
        "{value}원에서 시작하는 구간이 {below}원에서 끝나는 앞 구간과 겹칩니다. "
        "'from_won: {below}'로 적으세요.",
        "the bracket from {value} won overlaps the one before, which ends below {below}; "
        "write 'from_won: {below}'",
    ),
    Fault.BRACKET_GAP: (
        "{below}원과 {value}원 사이에 구간이 비어 있습니다. 'from_won: {below}'로 적거나 "
        "그 사이에 'rate_bp: 0' 구간을 두세요.",
        "there is a gap from {below} to {value} won; write 'from_won: {below}' "
        "or put a bracket of 'rate_bp: 0' between",
    ),
    Fault.BRACKET_AFTER_OPEN: (
        "끝이 없는 구간 뒤에 구간이 또 있습니다. 앞 구간에 'below_won: {value}'를 적으세요.",
        "a bracket follows one without an end; give the one before 'below_won: {value}'",
    ),
    Fault.RATE_OVER_WHOLE: (
        "요율 {value}bp는 100%를 넘습니다. 6%는 'rate_bp: 600'으로 적으세요.",
        "a rate of {value} bp is over 100%; 6% is written 'rate_bp: 600'",
    ),
    Fault.RATE_ORDER: (
        "최저 요율 {low}bp가 최고 요율 {high}bp보다 큽니다. 두 값을 바꾸어 적으세요.",
        "the smallest rate {low} bp is above the largest {high}; write them the other way round",
    ),
    Fault.SHARES_SUM: (
        "재원 몫의 합이 {sum}인데 'of: {whole}'과 다릅니다. 'of: {sum}'으로 적거나 몫을 고치세요.",
        "the shares sum to {sum}, not to 'of: {whole}'; write 'of: {sum}' or mend the shares",
    ),
    Fault.PERIODS_OVERLAP: (
        "'{id}'의 {version}판 기간이 {other_file} {other_line}행의 {other}판과 겹칩니다. "
        "앞 판에 'until: {start}'를 적으세요.",
        "'{id}' version {version} overlaps version {other} ({other_file} line {other_line}); "
        "end the earlier one with 'until: {start}'",
    ),
    Fault.VERSION_REPEATED: (
        "'{id}'의 {version}판이 이미 있습니다({other_file} {other_line}행). "
        "'version: {next}'로 적으세요.",
        "'{id}' version {version} exists already ({other_file} line {other_line}); "
        "write 'version: {next}'",
    ),
    Fault.LINE_REPEATED: (
        "예산 항목 '{id}'이(가) 이미 있습니다({other_file} {other_line}행). 다른 이름을 쓰세요.",
        "the budget line '{id}' exists already ({other_file} line {other_line}); "
        "give this one another id",
    ),
    Fault.LINE_MISPLACED: (
        "예산 항목 '{id}'은(는) '{parent}' 아래에 둘 수 없습니다. 같은 해의 더 높은 단계(국비 > "
        "시비 > 구비 > 사업)를 parent로 적으세요.",
        "the budget line '{id}' cannot lie below '{parent}'; name a parent of the same year and of "
        "a higher level (state > city > district > programme)",
    ),
    Fault.NO_DOCUMENTS: (
        "'{directory}'에 .yaml 문서가 없습니다. 규칙 문서가 있는 폴더를 적으세요.",
        "there is no .yaml document in '{directory}'; name a directory with rule documents",
    ),
    Fault.EXCLUDED_AND_INCLUDED: (
        "'{key}'에 included와 excluded를 함께 쓸 수 없습니다. 하나만 적으세요.",
        "'{key}' has both included and excluded; write one of them",
    ),
    Fault.SHOP_MAY_NOT_PAY: (
        "이 종류의 혜택은 가맹점이 부담할 수 없습니다. 예산 과목만 적으세요.",
        "a shop cannot pay for this kind of incentive; name budget lines only",
    ),
    Fault.DISTRICT_NEEDED: (
        "'{kind}'는 군·구의 규칙입니다. 'scope: 서구'처럼 군·구를 적으세요.",
        "'{kind}' is a district's rule; name the district, as 'scope: 서구'",
    ),
    Fault.HOURS_BACKWARD: (
        "끝나는 시각 {until}이 시작하는 시각 {start}보다 늦어야 합니다. "
        "자정을 넘기려면 시간대 둘로 나누어 적으세요.",
        "the hour {until} must come after {start}; write two spans to pass midnight",
    ),
    Fault.NOT_A_TIME: (
        "'{key}'의 '{value}'는 시각이 아닙니다. 09:30이나 24:00처럼 적으세요.",
        "'{value}' of '{key}' is not a time of day; write it as 09:30 or 24:00",
    ),
    Fault.RULES_CONTRADICT: (
        "'{id}'와 {other_file} {other_line}행의 '{other}'는 같은 곳에서 같은 때에 적립합니다. "
        "함께 주려면 'stacks_with: [{other}]', 큰 쪽만 주려면 두 규칙에 같은 'best_of'를 적으세요.",
        "'{id}' and '{other}' ({other_file} line {other_line}) hold for the same payments at the "
        "same time; write 'stacks_with: [{other}]' to give both, or the same 'best_of' in both to "
        "give the larger",
    ),
    Fault.STACKS_WITH_ITSELF: (
        "'{id}'에 자기 자신을 적었습니다. 다른 규칙의 id를 적으세요.",
        "'{id}' names itself; name the id of another rule",
    ),
    Fault.COUPON_AMOUNT_OR_RATE: (
        "쿠폰에는 정액 'amount_won'과 정률 'rate_bp' 가운데 하나만 적어야 합니다.",
        "a coupon gives an amount ('amount_won') or a percentage ('rate_bp'); write one of them",
    ),
    Fault.COUPON_PERCENT_WITHOUT_MAX: (
        "정률 쿠폰에 최대 금액이 없습니다. 'max_won: 10000'처럼 적어야 예산을 예약할 수 있습니다.",
        "a percentage coupon needs the most it can cost, which is reserved from the budget; add "
        "'max_won: 10000'",
    ),
    Fault.COUPON_MAX_OF_AMOUNT: (
        "정액 쿠폰에는 'max_won'을 쓰지 않습니다. 이 항목을 지우세요.",
        "a coupon of an amount has no 'max_won'; leave it out",
    ),
    Fault.COUPON_MORE_THAN_STOCK: (
        "1인당 {value}장이 전체 {stock}장보다 많습니다. 'per_person'을 {stock} 이하로 적으세요.",
        "{value} a person are more than the stock of {stock}; write 'per_person: {stock}' or less",
    ),
    Fault.COUPON_LIMITS_ITSELF: (
        "쿠폰에는 '{key}'를 쓸 수 없습니다. 한도는 stock, per_person, max_won으로 적으세요.",
        "a coupon has no '{key}'; its limits are stock, per_person and max_won under 'coupon'",
    ),
    Fault.COUPON_ENDS_BEFORE_CLAIMS: (
        "쿠폰 유효기간의 끝({until})이 발급 기간의 시작({start})보다 늦지 않습니다. "
        "'valid.until'에 더 늦은 날짜를 적으세요.",
        "the coupon's last day ({until}) is no later than its first claim ({start}); write a later "
        "'valid.until'",
    ),
    Fault.COUPON_STOCK_BELOW_ISSUED: (
        "이미 {issued}장이 발급되어 {stock}장으로 못 줄입니다. 'stock: {issued}' 이상으로 쓰세요.",
        "{issued} coupons are issued already, more than a stock of {stock}; write at least "
        "'stock: {issued}'",
    ),
    Fault.ONE_OF: (
        "'{one}'와(과) '{other}' 가운데 하나만 적어야 합니다.",
        "write either '{one}' or '{other}', and not both",
    ),
    Fault.DAYS_NEEDED: (
        "'{kind}'에는 가입 뒤 며칠까지인지가 있어야 합니다. "
        "'eligibility: {{joined_within_days: 30}}'처럼 적으세요.",
        "'{kind}' needs the days that a member is new; "
        "add 'eligibility: {{joined_within_days: 30}}'",
    ),
    Fault.LADDER_LEVEL: (
        "단계의 잔액 {value}원이 앞 단계의 {before}원보다 적지 않습니다. "
        "잔액이 큰 단계부터 적으세요.",
        "the level of {value} won is not below the one before ({before}); "
        "write the steps from the highest level down",
    ),
    Fault.LADDER_RISES: (
        "잔액이 줄면 요율도 낮아져야 하는데 {value}bp가 앞 단계의 {before}bp보다 낮지 않습니다. "
        "더 낮은 요율을 적으세요.",
        "the rate must fall with the money, but {value} bp is not below the {before} bp of the "
        "step before; write a lower rate",
    ),
    Fault.LADDER_END: (
        "마지막 단계가 {value}원에서 끝나 그 아래의 요율이 없습니다. "
        "'left_from_won: 0' 단계를 더하세요.",
        "the last step ends at {value} won and nothing is said of less; "
        "add a step with 'left_from_won: 0'",
    ),
    Fault.PRIZE_ORDER: (
        "{value}원 상이 앞의 {before}원 상보다 적지 않습니다. "
        "큰 상부터 적고 같은 금액은 count로 합치세요.",
        "the prize of {value} won is not below the one before ({before}); write the largest first "
        "and put equal ones into one count",
    ),
    Fault.LIMITS_OF_SHOP: (
        "'{kind}'에는 '{key}'를 쓸 수 없습니다. 할인의 한도는 가맹점이 스스로 정합니다. "
        "이 항목을 지우세요.",
        "'{kind}' has no '{key}'; how far a discount goes is the shop's affair, so leave it out",
    ),
    Fault.RELEASE_WEEKDAY: (
        "매일 풀리는 금액에는 'weekday'를 쓸 수 없습니다. 'each: week'로 고치거나 지우세요.",
        "what is released each day has no 'weekday'; write 'each: week' or leave it out",
    ),
    Fault.RELEASE_MIDNIGHT: (
        "24:00은 다음 날의 시작입니다. '00:00'으로 적으세요.",
        "24:00 is the beginning of the next day; write '00:00'",
    ),
    Fault.RELEASE_NOT_WITH_PAYMENT: (
        "'{kind}'는 결제할 때 예산에서 적립되지 않아 'release'를 쓸 수 없습니다. 지우세요.",
        "'{kind}' pays nothing from budget lines with a payment; leave 'release' out",
    ),
    Fault.NO_SHOP_TO_ASK: (
        "'{kind}'에는 가맹점이 없어 '{key}'를 물을 수 없습니다. 이 항목을 지우세요.",
        "'{kind}' has no shop, so '{key}' cannot be asked; leave it out",
    ),
    Fault.LIMITS_NOTHING: (
        "'{key}'는 비어 있습니다. 한도를 적거나 항목을 지우세요. 예: {example}",
        "'{key}' limits nothing; write a limit, for example {example}, or leave it out",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a document's text; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class DocumentError:
    """One fault at one place, with the parameters of its sentences."""

    place: Place
    fault: Fault
    params: tuple[tuple[str, str], ...]

    @property
    def korean(self) -> str:
        return SENTENCES[self.fault][0].format_map(dict(self.params))

    @property
    def english(self) -> str:
        return SENTENCES[self.fault][1].format_map(dict(self.params))

    def __str__(self) -> str:
        return f"{self.place}: {self.english} / {self.korean}"


class DocumentErrors(Exception):  # noqa: N818 (it carries many)
    """Documents were refused; `errors` has every fault found, in the order of file and line."""

    def __init__(self, errors: Iterable[DocumentError]) -> None:
        self.errors = tuple(
            sorted(errors, key=lambda e: (e.place.file, e.place.line, e.place.column))
        )
        super().__init__("\n".join(str(error) for error in self.errors))
