#include "study/ModelShowers.hh"

#include <fmt/format.h>

#include "core/Error.hh"

namespace caloforge::study {

data::ShowerBatch make_showers(infer::Team& team, std::span<const sample::Key> keys,
                               const sample::ColumnsView& conditions) {
    const infer::Model& model = team.model();
    if (!sample::find(model.outputs(), sample::showers_name))
        throw core::InputError(fmt::format("the model `{}` makes no showers.", model.name()));
    data::ShowerBatch batch;
    batch.readout = model.readout();
    batch.conditions = team.run(keys, conditions);
    batch.cells = batch.conditions.take(sample::showers_name);
    for (const sample::Field& other : model.outputs()) batch.conditions.remove(other.name);
    return batch;
}

}  // namespace caloforge::study
