import matplotlib
import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

from handson.plotting import contours, heatmap, images, lines, regions

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(ax):
    return ax.images[0].get_array().data


def test_lines_draws_the_data_it_is_given():
    ax = lines([1, 2, 3], {"a": [4, 5, 6], "b": np.array([7.0, 8.0, 9.0])})
    assert [line.get_xydata().tolist() for line in ax.lines] == [
        [[1, 4], [2, 5], [3, 6]],
        [[1, 7], [2, 8], [3, 9]],
    ]


def test_lines_names_the_curves_in_the_legend():
    ax = lines([0, 1], {"train": [2, 1], "valid": [3, 2]})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["train", "valid"]


def test_lines_has_no_legend_without_labels():
    assert lines([0, 1], {"": [0, 1]}).get_legend() is None


def test_lines_takes_tensors_with_gradient():
    x = torch.linspace(0, 1, 5, requires_grad=True)
    assert lines(x, {"f": x**2}).lines[0].get_ydata().tolist() == (x**2).tolist()


def test_lines_labels_the_axes():
    ax = lines([0], {"f": [0]}, xlabel="epoch", ylabel="loss")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_lines_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert lines([0, 1], {"f": [0, 1]}, ax=ax) is ax


def test_lines_refuses_a_curve_of_another_length():
    with pytest.raises(ValueError, match=r"'f' has shape \(3,\), but x \(2,\)"):
        lines([0, 1], {"f": [0, 1, 2]})


def test_heatmap_draws_the_matrix_it_is_given():
    matrix = torch.arange(6.0).reshape(2, 3)
    assert drawn(heatmap(matrix)).tolist() == matrix.tolist()


@pytest.mark.parametrize(
    ("matrix", "texts"),
    [([[1, 20]], ["1", "20"]), ([[0.5, 0.125]], ["0.50", "0.12"]), ([[True, False]], ["1", "0"])],
)
def test_heatmap_writes_the_numbers_of_a_small_matrix(matrix, texts):
    ax = heatmap(torch.tensor(matrix))
    assert [text.get_text() for text in ax.texts] == texts


def test_numbers_stand_in_their_cells():
    ax = heatmap(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    six = next(text for text in ax.texts if text.get_text() == "6")
    assert six.get_position() == (2, 1)


def test_numbers_are_light_on_dark_and_dark_on_light():
    with plt.rc_context({"image.cmap": "gray"}):
        ax = heatmap(torch.tensor([[0.0, 1.0]]))
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


def test_large_matrix_has_a_colour_bar_instead_of_numbers():
    ax = heatmap(torch.rand(30, 30))
    assert (len(ax.texts), len(ax.figure.axes)) == (0, 2)


def test_map_of_missing_values_fills_the_axes():
    missing = torch.rand(1460, 19) < 0.5
    ax = heatmap(missing, ticks=[f"column {index}" for index in range(19)])
    assert (drawn(ax).shape, ax.get_aspect(), len(ax.figure.axes)) == ((1460, 19), "auto", 1)


def test_ticks_name_columns_only_where_rows_are_not_as_many():
    ax = heatmap(torch.zeros(30, 2), ticks=["a", "b"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]
    assert "a" not in [label.get_text() for label in ax.get_yticklabels()]


def test_ticks_name_rows_too_in_a_square_matrix():
    ax = heatmap(torch.eye(2), ticks=["cat", "dog"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]


def test_rows_and_columns_without_names_are_counted_in_whole_numbers():
    ax = heatmap(torch.rand(3, 5))
    assert all(position % 1 == 0 for position in [*ax.get_xticks(), *ax.get_yticks()])


def test_heatmap_labels_the_axes():
    ax = heatmap(torch.eye(2), xlabel="predicted", ylabel="true")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_heatmap_draws_on_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert heatmap(torch.eye(2), ax=ax) is ax


def test_heatmap_refuses_a_vector():
    with pytest.raises(ValueError, match=r"expected \(rows, columns\), got shape \(3,\)"):
        heatmap(torch.zeros(3))


def test_heatmap_refuses_a_wrong_number_of_ticks():
    with pytest.raises(ValueError, match="3 columns, but 2 ticks"):
        heatmap(torch.zeros(2, 3), ticks=["a", "b"])


def test_levels_of_a_circle():
    ax = contours(lambda x, y: (x**2 + y**2).sqrt(), (-2, 2), (-2, 2))
    drawn = ax.collections[0]
    for level, path in zip(drawn.levels, drawn.get_paths(), strict=True):
        inner = path.vertices[np.abs(path.vertices).max(axis=1) < 1.9]
        assert np.allclose(np.hypot(*inner.T), level, atol=1e-2)


def test_level_lines_stand_out_on_white_and_keep_their_order():
    ax = contours(lambda x, y: x**2 + y**2, (-2, 2), (-2, 2))
    colors = torch.tensor(ax.collections[0].get_edgecolor())[:, :3]
    linear = torch.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    luminance = linear @ torch.tensor([0.2126, 0.7152, 0.0722], dtype=linear.dtype)  # WCAG 2
    assert (1.05 / (luminance + 0.05) > 2).all()
    assert (luminance.diff() > 0).all()


def test_a_path_has_a_beginning_and_two_columns():
    ax = contours(lambda x, y: x * y, (0, 1), (0, 1), path=torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.5]]))
    assert [line.get_xydata().round(6).tolist() for line in ax.lines] == [
        [[0.1, 0.2], [0.3, 0.4], [0.5, 0.5]],
        [[0.1, 0.2]],
    ]
    with pytest.raises(ValueError, match=r"expected a path \(steps, 2\), got \(3,\)"):
        contours(lambda x, y: x, (0, 1), (0, 1), path=torch.zeros(3))


@pytest.mark.parametrize("shape", [(5, 4, 3), (5, 1, 4, 3), (5, 3, 4, 3)])
def test_images_are_shown_on_one_scale(shape):
    torch.manual_seed(0)
    pictures = 10 * torch.randn(shape)
    figure = images(pictures, columns=2)
    assert len(figure.axes) == 5
    shown = torch.stack([torch.tensor(ax.images[0].get_array().data) for ax in figure.axes])
    wanted = (pictures - pictures.min()) / (pictures.max() - pictures.min())
    wanted = wanted.movedim(1, -1).squeeze(-1) if len(shape) == 4 else wanted
    assert torch.allclose(shown, wanted, atol=1e-6)


def test_an_image_of_one_tone():
    assert images(torch.full((1, 2, 2), 7.0)).axes[0].images[0].get_array().max() == 0


@pytest.mark.parametrize(
    ("shape", "titles"), [((2, 2), ()), ((0, 2, 2), ()), ((1, 2, 3, 3), ()), ((2, 3, 3), ("one",))]
)
def test_images_of_other_shapes(shape, titles):
    with pytest.raises(ValueError, match="images: "):
        images(torch.zeros(shape), titles)


@pytest.mark.parametrize("logits", [False, True])
def test_regions_have_the_colours_of_their_classes(logits):
    points = torch.tensor([[-1.0, 0.0], [1.0, 1.0], [1.0, -1.0]])

    def predict(x):
        right = x[:, 0] > 0
        return torch.stack([~right, right], dim=1).float() if logits else right.long()

    ax = regions(predict, points, torch.tensor([0, 1, 1]))
    colours = ax.images[0].get_array()
    assert np.allclose(colours[:, 0], matplotlib.colors.to_rgba("C0", 0.25))
    assert np.allclose(colours[:, -1], matplotlib.colors.to_rgba("C1", 0.25))
    assert [line.get_xydata().tolist() for line in ax.lines] == [points[:1].tolist(), points[1:].tolist()]


def test_regions_of_other_shapes():
    with pytest.raises(ValueError, match=r"got \(2, 3\) and \(2,\)"):
        regions(lambda x: x[:, 0], torch.zeros(2, 3), torch.zeros(2))
