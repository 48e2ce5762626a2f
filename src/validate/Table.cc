#include "validate/Table.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace caloforge::validate {
namespace {

using Row = std::array<std::string, 7>;

std::string number(const std::optional<double>& value, Display display, bool sign) {
    if (!value) return "-";
    switch (display) {
        case Display::percent:
            return sign ? fmt::format("{:+.2f} %", 100 * *value) : fmt::format("{:.2f} %", 100 * *value);
        case Display::shift:
            return sign ? fmt::format("{:+.3f}", *value) : fmt::format("{:.3f}", *value);
        case Display::number:
            break;
    }
    return fmt::format("{:.3g}", *value);
}

// Columns as seen: UTF-8 continuation bytes take no room.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Row row_of(const Metric& metric) {
    const Display display = metric.display;
    std::string value = number(metric.value, display, true);
    if (metric.value)
        value += " ± " + (metric.uncertainty ? number(metric.uncertainty, display, false) : "?");
    std::string note = metric.beyond_floor() ? "*" : "";
    if (!metric.where.empty()) note += (note.empty() ? "" : " ") + metric.where;
    if (!metric.value) note = metric.reason;
    return {metric.name,
            metric.range,
            value,
            number(metric.floor, display, false),
            number(metric.detectable(), display, false),
            fmt::format("{} / {}", metric.n_reference, metric.n_candidate),
            note};
}

void append(std::string& text, const Row& row, const std::array<std::size_t, 7>& widths) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - width(row[i]), ' ');
        // Words to the left, numbers to the right.
        const bool left = i == 0 || i + 1 == row.size();
        line += left ? row[i] + padding : padding + row[i];
        line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
}

}  // namespace

std::string metrics_table(std::span<const Metric> metrics, const Binning& binning,
                          const std::string& samples) {
    std::vector<Metric> sorted;
    bool left_out = false;
    for (const Metric& metric : metrics) {
        if (!metric.sums_up()) continue;
        // Of a range that cannot be told, the line would only repeat why.
        const bool untold = !metric.value && metric.range != metrics.front().range;
        if (!untold) sorted.push_back(metric);
        left_out = left_out || untold;
    }
    // By metric, in the order of first appearance; ranges stay in theirs.
    std::vector<std::string> names;
    for (const Metric& metric : sorted) {
        if (std::find(names.begin(), names.end(), metric.name) == names.end()) names.push_back(metric.name);
    }
    const auto rank = [&](const Metric& metric) {
        return std::find(names.begin(), names.end(), metric.name);
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const Metric& a, const Metric& b) { return rank(a) < rank(b); });

    std::vector<Row> rows = {{"metric", fmt::format("{} [{}]", binning.field, binning.unit), "value", "floor",
                              "sees", samples, ""}};
    std::string last;
    for (const Metric& metric : sorted) {
        Row row = row_of(metric);
        if (metric.name == last) row[0].clear();
        last = metric.name;
        rows.push_back(std::move(row));
    }
    std::array<std::size_t, 7> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text;
    for (const Row& row : rows) append(text, row, widths);
    if (left_out)
        text += "ranges that hold too few " + samples + " are left out; metrics.json has them all\n";
    text +=
        "* farther from ideal than its floor (the reference against itself), by more than two standard "
        "deviations\n";
    return text;
}

}  // namespace caloforge::validate
