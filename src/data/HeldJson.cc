#include "data/HeldJson.hh"

#include <fmt/format.h>

#include "core/Error.hh"
#include "data/hdf5/Hdf5.hh"

namespace caloforge::data {

core::Json parse_held_json(const std::string& text, const std::string& what,
                           const std::filesystem::path& path) {
    using core::Json;
    // Deeper JSON is not parsed: no program of ours writes it.
    constexpr int max_depth = 64;
    const auto shallow = [](int depth, Json::parse_event_t, Json&) {
        if (depth > max_depth) throw core::InputError("it is nested too deeply");
        return true;
    };
    try {
        return Json::parse(text, shallow);
    } catch (const std::exception& error) {
        throw core::InputError(fmt::format("cannot read the {} of {} ({}). Is the file damaged?", what,
                                           path.string(), hdf5::printable(error.what())));
    }
}

}  // namespace caloforge::data
