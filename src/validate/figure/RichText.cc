#include "validate/figure/RichText.hh"

#include <fmt/format.h>

#include <algorithm>

namespace caloforge::validate::figure {
namespace {

// Bytes of the UTF-8 letter at the front of `text`; 0 where there is none.
std::size_t letter_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    // Overlong forms, surrogates and what lies beyond Unicode.
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
    if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
    return size;
}

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t size = letter_size(text);
        const auto lead = static_cast<unsigned char>(text.front());
        if (size == 0)
            out += '?';
        else if (lead < 0x20 || lead == 0x7F)
            out += ' ';
        else
            out += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

// One run per letter.
RichText letters(const RichText& text) {
    RichText out;
    for (const TextRun& run : text) {
        std::string_view rest = run.text;
        while (!rest.empty()) {
            const std::size_t size = std::max<std::size_t>(letter_size(rest), 1);
            out.push_back({std::string(rest.substr(0, size)), run.script});
            rest.remove_prefix(size);
        }
    }
    return out;
}

void append(RichText& text, const TextRun& run) {
    if (!text.empty() && text.back().script == run.script)
        text.back().text += run.text;
    else
        text.push_back(run);
}

}  // namespace

RichText plain(std::string_view text) {
    return {{printable(text), Script::line}};
}

RichText label(std::string_view text) {
    constexpr std::string_view logarithm = "log10";
    const std::string clean = printable(text);
    const std::size_t place = clean.find(logarithm);
    if (place == std::string::npos) return {{clean, Script::line}};
    const std::size_t base = place + 3;
    return {{clean.substr(0, base), Script::line},
            {"10", Script::below},
            {clean.substr(place + logarithm.size()), Script::line}};
}

std::string words(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    constexpr std::string_view unit = " mip";
    if (out.ends_with(unit)) out.replace(out.size() - unit.size(), unit.size(), " MIP");
    return out;
}

RichText power_of_ten(int exponent, std::string_view factor) {
    const std::string front = factor.empty() ? "10" : fmt::format("{}×10", factor);
    return {{front, Script::line},
            {fmt::format("{}{}", exponent < 0 ? "−" : "", std::abs(exponent)), Script::above}};
}

RichText range_label(std::string_view range, const Binning& binning, std::span<const Slicing> slicings) {
    const auto [slicing, label] = parts_of(range);
    const std::size_t colon = label.find(':');
    std::string shown(label);
    if (colon != std::string_view::npos) {
        const std::string_view low = label.substr(0, colon);
        const std::string_view high = label.substr(colon + 1);
        shown = low == high ? std::string(low) : fmt::format("{}–{}", low, high);
    }
    for (const Slicing& one : slicings) {
        if (one.name == slicing)
            return {{printable(fmt::format("{} = {}{}", slicing, shown, one.unit)), Script::line}};
    }
    const std::string_view symbol = binning.symbol;
    const std::size_t under = symbol.find('_');
    RichText out = {{printable(symbol.substr(0, under)), Script::line}};
    if (under != std::string_view::npos) out.push_back({printable(symbol.substr(under + 1)), Script::below});
    out.push_back({printable(fmt::format(" = {} {}", shown, binning.unit)), Script::line});
    return out;
}

std::size_t length(const RichText& text) {
    return letters(text).size();
}

RichText shortened(const RichText& text, std::size_t keep) {
    const RichText all = letters(text);
    if (all.size() <= keep) return text;
    const std::size_t tail = keep / 2;
    const std::size_t head = keep - tail;
    RichText out;
    for (std::size_t i = 0; i < head; ++i) append(out, all[i]);
    append(out, {"…", Script::line});
    for (std::size_t i = all.size() - tail; i < all.size(); ++i) append(out, all[i]);
    return out;
}

}  // namespace caloforge::validate::figure
