#include "train/Measure.hh"

#include <cmath>

namespace caloforge::train {

core::Json json(const Measures& measures) {
    core::Json out = core::Json::object();
    for (const Measure& measure : measures) {
        core::Json* place = &out;
        std::size_t begin = 0;
        for (std::size_t dot; (dot = measure.name.find('.', begin)) != std::string::npos; begin = dot + 1)
            place = &(*place)[measure.name.substr(begin, dot - begin)];
        (*place)[measure.name.substr(begin)] =
            std::isnan(measure.value) ? core::Json() : core::Json(measure.value);
    }
    return out;
}

std::string text(const Measures& measures) {
    std::string out;
    for (const Measure& measure : measures) {
        if (measure.shown.empty()) continue;
        if (!out.empty()) out += "  ";
        out += measure.shown;
    }
    return out;
}

}  // namespace caloforge::train
