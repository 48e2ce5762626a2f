#include "validate/statistics/ObservableList.hh"

#include <fmt/format.h>

#include <numeric>

namespace caloforge::validate {

ObservableList::ObservableList(std::vector<ObservableInfo> singles, std::vector<ObservableFamily> families)
    : all_(std::move(singles)), families_(std::move(families)), singles_(all_.size()) {
    for (ObservableFamily& family : families_) {
        family.first = all_.size();
        for (std::size_t i = 0; i < family.size; ++i)
            all_.push_back({fmt::format("{}_{:02}", family.name, family.place_of(i)),
                            fmt::format("{}, {} {}", family.label, family.place, family.place_of(i))});
    }
}

std::vector<std::string> ObservableList::names() const {
    std::vector<std::string> out;
    for (const ObservableInfo& info : all_) out.push_back(info.name);
    return out;
}

std::vector<std::size_t> ObservableList::own_columns() const {
    std::vector<std::size_t> out(singles_);
    std::iota(out.begin(), out.end(), std::size_t{0});
    for (const ObservableFamily& family : families_) {
        for (std::size_t i = 0; family.each && i < family.size; ++i) out.push_back(family.first + i);
    }
    return out;
}

}  // namespace caloforge::validate
