#include "network/ForgeTree.hh"

#include <algorithm>

namespace caloforge::network {

std::vector<std::vector<ForgeSplit>> forge_levels(std::size_t layers) {
    std::vector<std::vector<ForgeSplit>> out;
    const auto add = [&](std::vector<ForgeSplit> level) {
        if (!level.empty()) out.push_back(std::move(level));
    };
    std::vector<ForgeSplit> splits{{0, (layers + 1) / 2, layers}};
    for (std::size_t depth = 0; !splits.empty(); ++depth) {
        constexpr std::size_t last_in_two_steps = 2;
        if (depth > 0 && depth <= last_in_two_steps) {
            std::vector<ForgeSplit> first, second;
            for (std::size_t i = 0; i < splits.size(); ++i)
                (i % 2 == 0 ? first : second).push_back(splits[i]);
            add(first);
            add(second);
        } else {
            add(splits);
        }
        std::vector<ForgeSplit> finer;
        for (const ForgeSplit& split : splits) {
            for (const auto& [begin, end] :
                 {std::pair{split.begin, split.middle}, std::pair{split.middle, split.end}}) {
                if (end - begin > 1) finer.push_back({begin, (begin + end + 1) / 2, end});
            }
        }
        splits = std::move(finer);
    }
    return out;
}

std::vector<std::vector<std::size_t>> forge_parts(std::size_t layers) {
    std::vector<std::vector<std::size_t>> out{{0}};
    for (const auto& level : forge_levels(layers)) {
        std::vector<std::size_t> next = out.back();
        for (const ForgeSplit& split : level) next.push_back(split.middle);
        std::ranges::sort(next);
        out.push_back(std::move(next));
    }
    return out;
}

}  // namespace caloforge::network
