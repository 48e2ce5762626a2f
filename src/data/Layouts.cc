#include <algorithm>
#include <cctype>

#include "data/LayoutForm.hh"

namespace caloforge::data {

const std::vector<LayoutForm>& layouts() {
    static const std::vector<LayoutForm> all = {variable_angle_form(), fixed_angle_form(),
                                                calochallenge_form()};
    return all;
}

const LayoutForm& form_of(Layout layout) {
    return *std::ranges::find(layouts(), layout, &LayoutForm::layout);
}

std::string to_string(Layout layout) {
    return form_of(layout).name;
}

Layout usual_layout(const geometry::Readout& readout) {
    return readout.grid() ? Layout::fixed_angle : Layout::calochallenge;
}

bool is_condition_name(const std::string& name) {
    const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    if (name.empty() || !std::isalpha(static_cast<unsigned char>(name[0])) ||
        !std::ranges::all_of(name, allowed))
        return false;
    // Impact points of the 3DGAN's files, whatever the layout.
    if (name == "extra") return false;
    return std::ranges::none_of(layouts(), [&](const LayoutForm& form) {
        return name == form.cells ||
               std::ranges::find(form.columns, name, &LayoutForm::Column::dataset) != form.columns.end();
    });
}

}  // namespace caloforge::data
