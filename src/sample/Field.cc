#include "sample/Field.hh"

#include <algorithm>

namespace caloforge::sample {

const Field* find(const Fields& fields, const std::string& name) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

const std::vector<const Field*>& standard_fields() {
    static const std::vector<const Field*> all = {&energy_field, &impact_field, &direction_field,
                                                  &particle_field};
    return all;
}

}  // namespace caloforge::sample
